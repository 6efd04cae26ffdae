package ftpreply

import (
	"iter"
	"strconv"
)

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
