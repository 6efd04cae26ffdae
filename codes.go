package ftpreply

import (
	"iter"
	"strconv"
)

// This file is the table of reply codes. It holds every code of the RFCs that
// stand, the codes that servers of today send without an RFC, and those obsolete
// ones that a reader may still meet in a list or a session. It leaves out
//
//   - the codes of before RFC 640 (1974), whose digits followed other rules,
//     unless they live on in lists or servers, and proposals never adopted;
//   - headers of series such as 100 and 600, which are no replies;
//   - socket errors such as 10054, which never were on a control connection.
//
// What the digits say is computed, so it is there for every code; the table
// needs no entry for it.

// A Code is a reply code: the three digits that begin a reply, 550 for example.
// A value above 999 is no reply code.
type Code uint16

// Class returns what the first digit says: whether the command succeeded, and
// what to do next. It exists for unknown codes too, and a user-PI should decide
// by it wherever it can (RFC 1123, section 4.1.2.11). A value above 999 has no
// class, so it gets the zero Class, which is undefined.
func (c Code) Class() Class {
	if c > 999 {
		return 0
	}
	return Class(c / 100)
}

// Group returns what the second digit says: what the reply is about.
func (c Code) Group() Group { return Group(c / 10 % 10) }

// Info returns the table's entry for the code; ok is false when there is none.
// It does not allocate.
func (c Code) Info() (info Info, ok bool) {
	if c >= codeLimit || codeIndex[c] == 0 {
		return Info{}, false
	}
	return codeTable[codeIndex[c]-1], true
}

// String returns the three digits, with leading zeros.
func (c Code) String() string {
	if c > 999 {
		return strconv.Itoa(int(c))
	}
	return string([]byte{'0' + byte(c/100), '0' + byte(c/10%10), '0' + byte(c%10)})
}

// A Class is the first digit of a reply code (RFC 959, section 4.2). The six
// constants are all that have a meaning.
type Class uint8

const (
	// Preliminary, 1yz: the action has begun, and another reply follows; send no
	// new command before it. HTTP calls its class 1xx informational.
	Preliminary Class = 1

	// Completion, 2yz: the action is done, and a new command may be sent. HTTP
	// calls its class 2xx success.
	Completion Class = 2

	// Intermediate, 3yz: the command is accepted, but the action waits for a
	// further command, as USER waits for PASS. HTTP calls its class 3xx
	// redirection, which FTP does not have.
	Intermediate Class = 3

	// TransientNegative, 4yz: the action was not taken, and the same commands may
	// succeed later. HTTP calls its class 4xx client error; here the digit tells
	// how long the failure lasts, not whose it is.
	TransientNegative Class = 4

	// PermanentNegative, 5yz: the action was not taken, and the same commands are
	// not worth repeating. HTTP calls its class 5xx server error; a missing file is
	// 404 there and 550 here.
	PermanentNegative Class = 5

	// Protected, 6yz: the text is another reply, protected and in base64
	// (RFC 2228, section 5.2). HTTP has no such class.
	Protected Class = 6
)

var classNames = []string{
	0:                 undefined,
	Preliminary:       "preliminary",
	Completion:        "completion",
	Intermediate:      "intermediate",
	TransientNegative: "transient negative",
	PermanentNegative: "permanent negative",
	Protected:         "protected",
}

// String returns the RFC's term, "transient negative" for example; a first digit
// without a meaning is "undefined".
func (c Class) String() string { return nameOf(classNames, c) }

// A Group is the second digit of a reply code (RFC 959, section 4.2). The digits
// 6 to 9 have no meaning.
type Group uint8

const (
	Syntax         Group = 0 // the command line itself, or a command that fits no other group
	Information    Group = 1 // what was asked for: status, help
	Connections    Group = 2 // the control connection and the data connection
	Authentication Group = 3 // authentication and accounting: the login and its security
	Unspecified    Group = 4 // no meaning is given
	FileSystem     Group = 5 // the server's file system
)

var groupNames = []string{
	Syntax:         "syntax",
	Information:    "information",
	Connections:    "connections",
	Authentication: "authentication and accounting",
	Unspecified:    "unspecified",
	FileSystem:     "file system",
}

// String returns the RFC's term, "file system" for example; a second digit
// without a meaning is "undefined".
func (g Group) String() string { return nameOf(groupNames, g) }

// A Status says what stands behind an entry of the table.
type Status uint8

const (
	Standard Status = iota // an RFC that stands defines the code
	Obsolete               // only RFCs that no longer stand define it
	DeFacto                // servers send it with a meaning that no RFC gives it
)

var statusNames = []string{Standard: "standard", Obsolete: "obsolete", DeFacto: "de facto"}

func (s Status) String() string { return nameOf(statusNames, s) }

// undefined is the name of a value that is not among the constants of its type.
const undefined = "undefined"

func nameOf[T Class | Group | Status](names []string, v T) string {
	if int(v) >= len(names) {
		return undefined
	}
	return names[v]
}

// An Info is the table's entry for a code. Where the Name says something else
// than the Meaning, the Meaning holds and the Note says so: some names are those
// of a list in wide use that departs from the RFCs.
type Info struct {
	Code    Code
	Name    string // a short title, unique in the table
	Status  Status
	Source  string // the RFC and section that define it first, then others; or "de facto: " and who sends it
	Meaning string // one sentence, for whoever writes a user-PI
	Note    string // where practice or another source differs; may be empty
}

// Codes iterates over the table in numeric order.
func Codes() iter.Seq[Info] {
	return func(yield func(Info) bool) {
		for _, info := range codeTable {
			if !yield(info) {
				return
			}
		}
	}
}

// The reply codes by name. [Code.Info] tells what each means and where it is
// defined; a comment here warns of a name that misleads.
const (
	// 1yz, preliminary

	CodeRestartMarkerReply                 Code = 110
	CodeTerminalNotAvailableWillTryMailbox Code = 119
	CodeServiceReadyShortly                Code = 120
	CodeDataConnectionOpenTransferStarting Code = 125
	CodeFileStatusOK                       Code = 150
	CodeUserNotLocalWillForward            Code = 151
	CodeUserUnknownOperatorWillForward     Code = 152

	// 2yz, completion

	CodeCommandOK                        Code = 200
	CodeCommandNotImplementedSuperfluous Code = 202 // not a failure; that is 502
	CodeServerTimeZone                   Code = 210
	CodeSystemStatus                     Code = 211
	CodeDirectoryStatus                  Code = 212
	CodeFileStatus                       Code = 213
	CodeHelpMessage                      Code = 214
	CodeSystemType                       Code = 215
	CodeALGTranslationStatus             Code = 216
	CodeServiceReady                     Code = 220
	CodeServiceClosingControlConnection  Code = 221
	CodeDataConnectionOpenNoTransfer     Code = 225
	CodeClosingDataConnection            Code = 226
	CodeEnteringPassiveMode              Code = 227
	CodeEnteringLongPassiveMode          Code = 228
	CodeEnteringExtendedPassiveMode      Code = 229
	CodeUserLoggedIn                     Code = 230
	CodeUserLoggedOut                    Code = 231 // obsolete; QUIT is answered with 221
	CodeLogoutCommandNoted               Code = 232 // means: logged in by the security data exchange
	CodeMaintenanceModeOrExpiredPassword Code = 233
	CodeAuthMechanismAccepted            Code = 234
	CodeSecurityDataExchangeComplete     Code = 235
	CodeRequestedFileActionOK            Code = 250
	CodeMD5Digest                        Code = 251
	CodeFileAttributesChanged            Code = 253
	CodePathnameCreated                  Code = 257

	// 3yz, intermediate

	CodeTransferProgress          Code = 321 // awaits no command, against its class
	CodeUsernameOKNeedPassword    Code = 331 // says nothing about the name
	CodeNeedAccountForLogin       Code = 332
	CodeSecurityMechanismOK       Code = 334
	CodeSecurityDataNeeded        Code = 335
	CodeUsernameOKChallengeGiven  Code = 336
	CodePendingFurtherInformation Code = 350
	CodeStartMailInput            Code = 354

	// 4yz, transient negative

	CodeTLSFailure                      Code = 400
	CodeServiceNotAvailable             Code = 421
	CodeCannotOpenDataConnection        Code = 425
	CodeConnectionClosedTransferAborted Code = 426
	CodeInvalidUsernameOrPassword       Code = 430 // obsolete; a failed login is 530
	CodeNeedUnavailableResource         Code = 431 // means: a resource for security processing
	CodePasswordChangeRefused           Code = 432
	CodeRequestedHostUnavailable        Code = 434 // obsolete, and meant: logged out by an operator
	CodeFileActionNotTaken              Code = 450
	CodeLocalErrorInProcessing          Code = 451
	CodeInsufficientStorageSpace        Code = 452

	// 5yz, permanent negative

	CodeSyntaxError                           Code = 500
	CodeSyntaxErrorInParameters               Code = 501
	CodeCommandNotImplemented                 Code = 502
	CodeBadCommandSequence                    Code = 503
	CodeCommandParameterNotImplemented        Code = 504
	CodeCannotDetermineServerTimeZone         Code = 510
	CodeActiveOrPassiveModeDisabled           Code = 520
	CodeDataConnectionAlreadyOpen             Code = 521 // means: address family, or PROT level, not acceptable
	CodeNetworkProtocolNotSupported           Code = 522
	CodeNotLoggedIn                           Code = 530
	CodeControlConnectionRefusedByTLS         Code = 531
	CodeNeedAccountForStoringFiles            Code = 532
	CodeCommandProtectionLevelDenied          Code = 533
	CodeRequestDeniedForPolicyReasons         Code = 534
	CodeFailedSecurityCheck                   Code = 535
	CodeUnsupportedDataChannelProtectionLevel Code = 536
	CodeCommandProtectionLevelNotCompliant    Code = 537 // means: not supported by the mechanism
	CodeFileUnavailable                       Code = 550
	CodeRequestedPageTypeUnknown              Code = 551
	CodeExceededStorageAllocation             Code = 552
	CodeFileNameNotAllowed                    Code = 553
	CodeInvalidRESTParameter                  Code = 554
	CodeTypeOrStructureMismatch               Code = 555
	CodeFileHashNotAllowed                    Code = 556

	// 6yz, protected

	CodeIntegrityProtectedReply                   Code = 631
	CodeConfidentialityAndIntegrityProtectedReply Code = 632
	CodeConfidentialityProtectedReply             Code = 633
)

// codeTable is in numeric order.
var codeTable = [...]Info{
	{CodeRestartMarkerReply, "Restart Marker Reply", Standard, "RFC 959, section 4.2.1; RFC 1123, section 4.1.3.4",
		"The transfer has reached a point to restart from: the text is exactly MARK, the sender's marker, an equals sign and the receiver's marker.",
		"RFC 1123 corrects RFC 959 on which side each marker belongs to. It may follow a 125 or 150, the only preliminary reply to do so. Lists that speak of a time stamp are wrong."},
	{CodeTerminalNotAvailableWillTryMailbox, "Terminal Not Available, Will Try Mailbox", Obsolete, "RFC 765",
		"The addressee's terminal cannot be written to, so the server will try the mailbox.",
		"For the mail commands that FTP had before RFC 959."},
	{CodeServiceReadyShortly, "Service Ready Shortly", Standard, "RFC 959, section 4.2.1",
		"The service is not ready yet: the text gives the minutes until the 220 that follows.",
		"Only in the place of the greeting and after REIN. Many clients take it for a failure and do not wait for the 220."},
	{CodeDataConnectionOpenTransferStarting, "Data Connection Open, Transfer Starting", Standard, "RFC 959, section 4.2.1",
		"The transfer starts over a data connection that is open already; another reply follows at its end.",
		"In reply to STOU the text gives the name of the file (RFC 1123, section 4.1.2.9)."},
	{CodeFileStatusOK, "File Status OK", Standard, "RFC 959, section 4.2.1",
		"The file is in order and the server is about to open the data connection; another reply follows at the end of the transfer.",
		"In reply to STOU the text gives the name of the file (RFC 1123, section 4.1.2.9). A size in the text, as in (1024 bytes), is practice, not RFC."},
	{CodeUserNotLocalWillForward, "User Not Local, Will Forward", Obsolete, "RFC 765",
		"The addressee has no mailbox at this server, which will forward the mail.",
		"For the mail commands that FTP had before RFC 959. Before RFC 640 it announced a directory listing."},
	{CodeUserUnknownOperatorWillForward, "User Unknown, Operator Will Forward", Obsolete, "RFC 765",
		"The server does not know the addressee; an operator will forward the mail.",
		"For the mail commands that FTP had before RFC 959."},

	{CodeCommandOK, "Command OK", Standard, "RFC 959, section 4.2.1",
		"The command was carried out.",
		"For CDUP and CWD RFC 959 shows both 200 and 250; take either for success."},
	{CodeCommandNotImplementedSuperfluous, "Command Not Implemented, Superfluous", Standard, "RFC 959, section 4.2.1",
		"The server does not implement the command because it has no need of it; go on as after any completion.",
		"It does not say that the command had an effect. Some lists give it the name of 502, which is the refusal."},
	{CodeServerTimeZone, "Server Time Zone", DeFacto, "de facto: Serv-U",
		"The text is the time zone of the server.",
		""},
	{CodeSystemStatus, "System Status", Standard, "RFC 959, section 4.2.1; RFC 2389, section 3.2",
		"The text is the status of the server, system help, or the list of features that answers FEAT.",
		"FEAT is RFC 2389's addition to the code of RFC 959. Some servers also answer STAT of a path with it."},
	{CodeDirectoryStatus, "Directory Status", Standard, "RFC 959, section 4.2.1",
		"The text is the status of a directory, in reply to STAT.",
		"Servers answer STAT of a path with 211, 212 or 213."},
	{CodeFileStatus, "File Status", Standard, "RFC 959, section 4.2.1; RFC 3659, sections 3.1 and 4.1",
		"The text is the status of a file in reply to STAT, or the value that MDTM or SIZE asked for.",
		"Drafts use it for MFMT, MFCT, MFF, HASH and AVBL too."},
	{CodeHelpMessage, "Help Message", Standard, "RFC 959, section 4.2.1",
		"The text is help on the server or on a command, for a person to read.",
		""},
	{CodeSystemType, "System Type", Standard, "RFC 959, section 4.2.1",
		"The first word of the text names the server's operating system, as in the list of assigned names.",
		"Nearly all servers say UNIX Type: L8. RFC 743 and RFC 765 used the code for mail schemes."},
	{CodeALGTranslationStatus, "ALG Translation Status", Standard, "RFC 6384, section 11",
		"A gateway between IPv6 and IPv4 answers ALGS: the text begins with NONE, EPSV or EPSVEPRT, for what it translates.",
		"A server that is no such gateway answers ALGS with 202 or 50z."},
	{CodeServiceReady, "Service Ready", Standard, "RFC 959, section 4.2.1; RFC 7151, section 3.1",
		"The server is ready for a user: as its greeting, at once or after a 120, or after REIN or HOST.",
		"Pure-FTPd and pyftpdlib also answer EPSV ALL with it."},
	{CodeServiceClosingControlConnection, "Service Closing Control Connection", Standard, "RFC 959, section 4.2.1",
		"The server closes the control connection, as QUIT asked for.",
		"Some servers send it when an idle connection times out, for which 421 is meant."},
	{CodeDataConnectionOpenNoTransfer, "Data Connection Open, No Transfer", Standard, "RFC 959, section 4.2.1",
		"The data connection is open and idle: ABOR found no transfer to abort.",
		"Pure-FTPd also answers ESTA and ESTP with it."},
	{CodeClosingDataConnection, "Closing Data Connection", Standard, "RFC 959, section 4.2.1",
		"The transfer, or the ABOR of one, was successful, and the server closes the data connection.",
		"An ABOR during a transfer gets a 426 for the transfer first (RFC 959, section 4.1.3)."},
	{CodeEnteringPassiveMode, "Entering Passive Mode", Standard, "RFC 959, section 4.2.1; RFC 1123, section 4.1.2.6",
		"The server listens for the data connection: the text gives the IPv4 address in four numbers and the port in two.",
		"The parentheses around the numbers are not reliable, so RFC 1123 has readers look for the digits."},
	{CodeEnteringLongPassiveMode, "Entering Long Passive Mode", Standard, "RFC 1639, section 3",
		"The server listens for the data connection: the text gives the address family, the address and the port as counted numbers.",
		"Not for IPv6 as such: the families are IP version numbers, and 6 for IPv6 is later practice. RFC 5797, section 2.5 calls LPSV historic; EPSV has taken its place."},
	{CodeEnteringExtendedPassiveMode, "Entering Extended Passive Mode", Standard, "RFC 2428, section 3",
		"The server listens for the data connection: the text gives the port alone, the address is that of the control connection.",
		""},
	{CodeUserLoggedIn, "User Logged In", Standard, "RFC 959, section 4.2.1",
		"The user is logged in.",
		""},
	{CodeUserLoggedOut, "User Logged Out", Obsolete, "RFC 354; RFC 454; RFC 542",
		"Before RFC 640 (1974): the user is logged out and the service ends, in reply to BYE.",
		"In no current RFC, though lists have it still; QUIT is answered with 221. Serv-U uses it for its maintenance mode."},
	{CodeLogoutCommandNoted, "Logout Command Noted", Standard, "RFC 2228, sections 4 and 5.1; RFC 4217, section 12",
		"The security data exchange has logged the user in, so USER needs no PASS behind it.",
		"The name is wrong: it is the meaning of RFC 354, RFC 454 and RFC 542, gone since 1974, which lists have still. ProFTPD sends the code for PASS, Serv-U for its maintenance mode."},
	{CodeMaintenanceModeOrExpiredPassword, "Maintenance Mode or Expired Password", DeFacto, "de facto: Serv-U",
		"The server is in maintenance mode, or the user is logged in with a password that has expired.",
		"RFC 454 and RFC 542 had it for the success of REIN."},
	{CodeAuthMechanismAccepted, "Auth Mechanism Accepted", Standard, "RFC 2228, sections 3 and 5.1; RFC 4217, section 4.2",
		"The mechanism that AUTH named is accepted and needs no ADAT; after AUTH TLS the handshake starts right behind this reply.",
		"Not for TLS alone: it serves every mechanism."},
	{CodeSecurityDataExchangeComplete, "Security Data Exchange Complete", Standard, "RFC 2228, sections 3 and 5.1",
		"ADAT has completed the security data exchange; the text may hold the server's last data behind ADAT=.",
		"The name is close to what RFC 2228, section 5.1 calls 234."},
	{CodeRequestedFileActionOK, "Requested File Action OK", Standard, "RFC 959, section 4.2.1",
		"The file action is done.",
		"In reply to MLST it is always multi-line (RFC 3659, section 7.2). RFC 959 gives the name of a STOU here, which RFC 1123, section 4.1.2.9 calls wrong."},
	{CodeMD5Digest, "MD5 Digest", DeFacto, "de facto: ProFTPD",
		"The text is a path and the MD5 digest of that file, in reply to MD5.",
		"RFC 354, RFC 454 and RFC 542 had it for a restart marker, RFC 775 for what is 257 now."},
	{CodeFileAttributesChanged, "File Attributes Changed", DeFacto, "de facto: Serv-U, ioFTPD",
		"The time or other attributes of a file were changed, in reply to MFMT or to MDTM with a time.",
		"RFC 354, RFC 454 and RFC 542 had it for a completed rename."},
	{CodePathnameCreated, "Pathname Created", Standard, "RFC 959, section 4.2.1",
		"The text gives, in quotation marks, the path of the directory that MKD made or that PWD asked for.",
		"A quotation mark within the path is doubled (RFC 959, appendix II). Some servers do not double it, put the path elsewhere in the text, or leave it out."},

	{CodeTransferProgress, "Transfer Progress", DeFacto, "de facto: Serv-U",
		"The text tells how far the transfer has come, and no command is awaited.",
		"By its first digit it would be intermediate, so a client that goes by the class misreads it."},
	{CodeUsernameOKNeedPassword, "Username OK, Need Password", Standard, "RFC 959, section 4.2.1",
		"The server expects PASS next.",
		"It does not say that the user exists: RFC 2577, section 7 advises to send it for every name."},
	{CodeNeedAccountForLogin, "Need Account for Login", Standard, "RFC 959, section 4.2.1",
		"The server expects ACCT next, to complete the login or a later command that it has kept.",
		"Not for the login alone, as the name has it (RFC 959, section 4.1.1)."},
	{CodeSecurityMechanismOK, "Security Mechanism OK", Standard, "RFC 2228, sections 3 and 5.1",
		"The mechanism that AUTH named is accepted and ADAT is expected next; the text may hold data for it behind ADAT=.",
		"The data is optional. For AUTH TLS the code is wrong (RFC 4217, section 4.2), but curl accepts it there."},
	{CodeSecurityDataNeeded, "Security Data Needed", Standard, "RFC 2228, sections 3 and 5.1",
		"The data of ADAT is accepted and a further ADAT is expected; the text may hold data for it behind ADAT=.",
		""},
	{CodeUsernameOKChallengeGiven, "Username OK, Challenge Given", Standard, "RFC 2228, sections 4 and 5.1",
		"The server expects PASS next, with the answer to the challenge in the text, which is for a person to read.",
		"The challenge has no fixed syntax."},
	{CodePendingFurtherInformation, "Pending Further Information", Standard, "RFC 959, section 4.2.1; RFC 3659, section 5.3",
		"The server has noted the command and expects the one that completes it: RNTO after RNFR, a transfer after REST.",
		"Not for renaming alone. Drafts use it for RANG too."},
	{CodeStartMailInput, "Start Mail Input", Obsolete, "RFC 640; RFC 765",
		"The server expects the lines of a mail next.",
		"For the mail commands that FTP had before RFC 959; it lives on in SMTP."},

	{CodeTLSFailure, "TLS Failure", DeFacto, "de facto: Pure-FTPd",
		"The server closes the control connection because TLS failed on it, over a certificate for example.",
		"RFC 354, RFC 454 and RFC 542 had it for a service that is not implemented."},
	{CodeServiceNotAvailable, "Service Not Available", Standard, "RFC 959, section 4.2.1",
		"The server closes the control connection because it cannot serve now; this may answer any command.",
		"Also sent for too many connections or after a time-out. RFC 1123, section 4.1.2.11 wants no special treatment of it; curl and Commons Net give it one."},
	{CodeCannotOpenDataConnection, "Cannot Open Data Connection", Standard, "RFC 959, section 4.2.1",
		"The server could not open the data connection, so nothing was transferred.",
		"Some servers also send it when PASV or PORT fails."},
	{CodeConnectionClosedTransferAborted, "Connection Closed, Transfer Aborted", Standard, "RFC 959, section 4.2.1",
		"The data connection was closed before the transfer was complete.",
		"After an ABOR it stands for the transfer, and a 226 for the ABOR follows (RFC 959, section 4.1.3)."},
	{CodeInvalidUsernameOrPassword, "Invalid Username or Password", Obsolete, "RFC 354; RFC 454; RFC 542",
		"Before RFC 640 (1974): the time or the number of tries for logging in is exceeded.",
		"The name is not the RFCs'. In no current RFC; a rejected user name or password is 530, which is permanent and not transient."},
	{CodeNeedUnavailableResource, "Need Unavailable Resource", Standard, "RFC 2228, sections 3 and 5.1",
		"A resource that security processing needs is not available now, in reply to AUTH or PROT.",
		"Not for storage or locks, as the name may suggest. RFC 959, appendix II shows it for CWD to a missing directory, a leftover of RFC 775. Serv-U uses it for locked accounts and password changes."},
	{CodePasswordChangeRefused, "Password Change Refused", DeFacto, "de facto: Serv-U",
		"The password was not changed.",
		"RFC 354, RFC 454 and RFC 542 had it for a user who is not valid for the service."},
	{CodeRequestedHostUnavailable, "Requested Host Unavailable", Obsolete, "RFC 354; RFC 454; RFC 542",
		"Before RFC 640 (1974): an operator has logged the user out.",
		"The name is in no RFC. To HOST, a server says 504 for an unknown host and 421 for one that is not available now (RFC 7151, section 3.2)."},
	{CodeFileActionNotTaken, "File Action Not Taken", Standard, "RFC 959, section 4.2.1",
		"The file is not available now, because it is busy for example.",
		"Some servers send it for what will not change, as for a directory that exists already."},
	{CodeLocalErrorInProcessing, "Local Error in Processing", Standard, "RFC 959, section 4.2.1",
		"An error within the server has aborted the action.",
		"Also for an OPTS that cannot be obeyed now (RFC 2389, section 4)."},
	{CodeInsufficientStorageSpace, "Insufficient Storage Space", Standard, "RFC 959, section 4.2.1",
		"The server has not enough storage space for the file now.",
		""},

	{CodeSyntaxError, "Syntax Error", Standard, "RFC 959, section 4.2.1",
		"The server does not recognize the command, or its line is too long.",
		""},
	{CodeSyntaxErrorInParameters, "Syntax Error in Parameters", Standard, "RFC 959, section 4.2.1",
		"The server recognizes the command, but not what stands behind it.",
		"Also for MLSD of what is no directory (RFC 3659, section 7.2.1)."},
	{CodeCommandNotImplemented, "Command Not Implemented", Standard, "RFC 959, section 4.2.1",
		"The server does not implement the command, which has had no effect.",
		""},
	{CodeBadCommandSequence, "Bad Command Sequence", Standard, "RFC 959, section 4.2.1",
		"The command needs another before it, as PASS needs USER.",
		""},
	{CodeCommandParameterNotImplemented, "Command Parameter Not Implemented", Standard, "RFC 959, section 4.2.1",
		"The server implements the command, but not with this parameter.",
		"Also for a port below 1024 in PORT (RFC 2577, section 3) and for an unknown host in HOST (RFC 7151, section 3.2)."},
	{CodeCannotDetermineServerTimeZone, "Cannot Determine Server Time Zone", DeFacto, "de facto: Serv-U",
		"The server does not know its own time zone.",
		""},
	{CodeActiveOrPassiveModeDisabled, "Active or Passive Mode Disabled", DeFacto, "de facto: Pure-FTPd",
		"The mode that the command asks about, active or passive, is disabled, in reply to ESTA or ESTP.",
		"RFC 743 has it for XRCP, RFC 691 proposed it for a missing file."},
	{CodeDataConnectionAlreadyOpen, "Data Connection Already Open", Standard, "RFC 1639, section 4; RFC 4217, section 10.2",
		"LPRT or LPSV cannot have this address family, and the text lists those that can be had; or the PROT level does not permit the transfer.",
		"The name is wrong: no RFC has such a meaning. Pure-FTPd and Serv-U use that of RFC 4217. RFC 959, appendix II shows the code for MKD of a directory that exists, a leftover of RFC 775."},
	{CodeNetworkProtocolNotSupported, "Network Protocol Not Supported", Standard, "RFC 2428, sections 2 and 3; RFC 4217, section 10.2",
		"EPRT or EPSV cannot have this network protocol, and the text lists in parentheses those that can be had; after a 150, TLS failed on the data connection.",
		"vsftpd and ProFTPD send it when data must be encrypted, as RFC 4217, section 11.4 says, while its section 10.2 has 521 for that; lftp then sends PROT P."},
	{CodeNotLoggedIn, "Not Logged In", Standard, "RFC 959, section 4.2.1",
		"The login failed, or the command needs a login before it.",
		"Some servers send it for too many users, which is transient."},
	{CodeControlConnectionRefusedByTLS, "Control Connection Refused by TLS", DeFacto, "de facto: Serv-U",
		"The server's TLS library has refused the control connection.",
		"RFC 691 proposed it for an invalid user or password."},
	{CodeNeedAccountForStoringFiles, "Need Account for Storing Files", Standard, "RFC 959, section 4.2.1",
		"Storing files needs an ACCT, and the command was discarded, so send it again after the ACCT.",
		""},
	{CodeCommandProtectionLevelDenied, "Command Protection Level Denied", Standard, "RFC 2228, sections 3 and 5.1",
		"Policy denies a command with this protection, or with none, on the control connection.",
		"Not for data, as some lists have it: the codes for the data protection level are 534 and 536."},
	{CodeRequestDeniedForPolicyReasons, "Request Denied for Policy Reasons", Standard, "RFC 2228, sections 3, 5.1 and 6",
		"Policy denies what AUTH, PROT or CCC asks for, or a transfer at the data protection level in force.",
		"IIS sends it when its policy requires TLS."},
	{CodeFailedSecurityCheck, "Failed Security Check", Standard, "RFC 2228, sections 3, 5.1 and 6",
		"The data of ADAT, a protected command or the protected data failed a check, by hash or by sequence for example.",
		""},
	{CodeUnsupportedDataChannelProtectionLevel, "Unsupported Data Channel Protection Level", Standard, "RFC 2228, sections 3 and 5.1",
		"The security mechanism does not support the data protection level that PROT asks for.",
		"The limit is the mechanism's, not the server's as such."},
	{CodeCommandProtectionLevelNotCompliant, "Command Protection Level Not Compliant", Standard, "RFC 2228, sections 3 and 5.1",
		"The security mechanism does not support this protection of commands, in reply to MIC, CONF or ENC.",
		"Not for policy, as the name may suggest: that is 533 and 534. RFC 2228, section 8.2 forgets to list it."},
	{CodeFileUnavailable, "File Unavailable", Standard, "RFC 959, section 4.2.1",
		"The file or directory is unavailable, because it does not exist or the user has no access to it for example.",
		"Servers also send it for many failures that have no code of their own."},
	{CodeRequestedPageTypeUnknown, "Requested Page Type Unknown", Standard, "RFC 959, section 4.2.1",
		"The server does not know a page type in the page-structured file (STRU P) that it was storing.",
		"It has nothing to do with TYPE. ftp-srv and goftp send it for RETR."},
	{CodeExceededStorageAllocation, "Exceeded Storage Allocation", Standard, "RFC 959, section 4.2.1",
		"The file action was aborted because it exceeds the storage allotted to it, a quota for example.",
		""},
	{CodeFileNameNotAllowed, "File Name Not Allowed", Standard, "RFC 959, section 4.2.1",
		"The server does not allow this file name.",
		"goftp sends it for any missing argument."},
	{CodeInvalidRESTParameter, "Invalid REST Parameter", Standard, "RFC 1123, section 4.1.3.4",
		"The command behind REST cannot start at that position.",
		"Pure-FTPd sends it for REST itself, and ProFTPD for RANG."},
	{CodeTypeOrStructureMismatch, "Type or Structure Mismatch", Standard, "RFC 1123, section 4.1.3.4",
		"APPE, or a command behind REST, needs the type or structure that the file has, and another is set.",
		""},
	{CodeFileHashNotAllowed, "File Hash Not Allowed", DeFacto, "de facto: ProFTPD",
		"The server refuses to compute a hash of this file, in reply to HASH.",
		""},

	{CodeIntegrityProtectedReply, "Integrity Protected Reply", Standard, "RFC 2228, section 5.2",
		"The text is the real reply in base64, protected against change.",
		""},
	{CodeConfidentialityAndIntegrityProtectedReply, "Confidentiality and Integrity Protected Reply", Standard, "RFC 2228, section 5.2",
		"The text is the real reply in base64, encrypted and protected against change.",
		""},
	{CodeConfidentialityProtectedReply, "Confidentiality Protected Reply", Standard, "RFC 2228, section 5.2",
		"The text is the real reply in base64, encrypted but not protected against change.",
		"GSSAPI and Kerberos 4 do not use it (RFC 2228, appendices I and II)."},
}

// codeLimit is behind the last code that can be in the table or in range.
const codeLimit = 700

// codeIndex has the place of a code in codeTable, counted from 1; 0 is no entry.
// The two arrays cost less than four kilobytes and save every lookup a search.
var codeIndex = indexCodes()

func indexCodes() (index [codeLimit]uint8) {
	for i, info := range codeTable {
		index[info.Code] = uint8(i + 1)
	}
	return index
}

// codeDeviations has what codeDeviation returns for the codes below codeLimit.
var codeDeviations = judgeCodes()

func judgeCodes() (deviations [codeLimit]Deviation) {
	for c := range Code(codeLimit) {
		if !c.inRange() {
			deviations[c] |= CodeOutOfRange
		}
		if _, known := c.Info(); !known {
			deviations[c] |= UnknownCode
		}
	}
	return deviations
}

// inRange reports whether c is in the range in which RFC 959, section 4.2.2 and
// the RFCs after it put their codes, or is a protected reply (RFC 2228, section 5.2).
func (c Code) inRange() bool { return 100 <= c && c <= 559 || c.Class() == Protected }

// codeDeviation returns how c departs: [CodeOutOfRange], [UnknownCode], both or
// none. It is on the path of every reply, so it is one comparison and one load.
func codeDeviation(c Code) Deviation {
	if c >= codeLimit {
		return CodeOutOfRange | UnknownCode
	}
	return codeDeviations[c]
}
