package ftpreply

import (
	"iter"
	"strconv"
)

// A Code is a reply code: the three digits with which a reply begins, such as 550. A value above
// 999 is not a reply code.
type Code uint16

// Class returns the class of the first digit: whether the command succeeded, and what the client
// should do next. Unknown codes have a class too, and a client should decide by the class
// wherever it can (RFC 1123, section 4.1.2.11). Values above 999 have the class 0, which is
// undefined.
func (c Code) Class() Class {
	if c > 999 {
		return 0
	}
	return Class(c / 100)
}

// Group returns the group of the second digit: the subject of the reply.
func (c Code) Group() Group { return Group(c / 10 % 10) }

// Info returns the entry of the code in the table. ok is false if the code is not in the table.
// Info does not allocate.
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

// A Class is the first digit of a reply code (RFC 959, section 4.2). Only the six constants have
// a meaning.
type Class uint8

const (
	// Preliminary, 1yz: the action has begun, and another reply will follow. Send no new
	// command before it. HTTP calls its class 1xx informational.
	Preliminary Class = 1

	// Completion, 2yz: the action is complete, and a new command may be sent. HTTP calls its
	// class 2xx success.
	Completion Class = 2

	// Intermediate, 3yz: the command is accepted, but the action waits for a further command,
	// as USER waits for PASS. HTTP calls its class 3xx redirection, which FTP does not have.
	Intermediate Class = 3

	// TransientNegative, 4yz: the action failed, and the same commands may succeed later. HTTP
	// calls its class 4xx client error; in FTP the digit says how long the failure lasts, not
	// which side caused it.
	TransientNegative Class = 4

	// PermanentNegative, 5yz: the action failed, and the same commands will fail again. HTTP
	// calls its class 5xx server error; a missing file is 404 in HTTP and 550 in FTP.
	PermanentNegative Class = 5

	// Protected, 6yz: the text is another reply, protected and in base64 (RFC 2228, section
	// 5.2). HTTP has no such class.
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

// String returns the term of the RFC, such as "transient negative", or "undefined" for a digit
// without a meaning.
func (c Class) String() string { return nameOf(classNames, c) }

// A Group is the second digit of a reply code (RFC 959, section 4.2). The digits 6 to 9 have no
// meaning.
type Group uint8

const (
	Syntax         Group = 0 // the command line itself, or a command that fits no other group
	Information    Group = 1 // requested information, such as status and help
	Connections    Group = 2 // the control connection and the data connection
	Authentication Group = 3 // authentication and accounting: the login and its security
	Unspecified    Group = 4 // without a meaning in the RFC
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

// String returns the term of the RFC, such as "file system", or "undefined" for a digit without a
// meaning.
func (g Group) String() string { return nameOf(groupNames, g) }

// A Status is the authority for an entry of the table.
type Status uint8

const (
	Standard Status = iota // an RFC in force defines the code
	Obsolete               // only obsolete RFCs define it
	DeFacto                // servers send it with a meaning that no RFC gives it
)

var statusNames = []string{Standard: "standard", Obsolete: "obsolete", DeFacto: "de facto"}

// String returns "standard", "obsolete" or "de facto".
func (s Status) String() string { return nameOf(statusNames, s) }

// undefined is the name of a value that is not among the constants of its type.
const undefined = "undefined"

func nameOf[T Class | Group | Status](names []string, v T) string {
	if int(v) >= len(names) {
		return undefined
	}
	return names[v]
}

// An Info is the entry of a code in the table. Some names are those of a widely used list that
// differs from the RFCs. If the Name contradicts the Meaning, the Meaning is right and the Note
// says so.
type Info struct {
	Code    Code
	Name    string // a short title, unique in the table
	Status  Status
	Source  string // the RFC and section that define it first, then others; or "de facto: " and its senders
	Meaning string // one sentence for authors of clients
	Note    string // how practice or another source differs; may be empty
}

// Codes returns an iterator over the table in numeric order.
func Codes() iter.Seq[Info] {
	return func(yield func(Info) bool) {
		for _, info := range codeTable {
			if !yield(info) {
				return
			}
		}
	}
}

// The reply codes by name. [Code.Info] has the meaning and the source of each. A comment here
// marks a misleading name.
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
	CodeCommandNotImplementedSuperfluous Code = 202 // not a failure, which is 502
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
	CodeLogoutCommandNoted               Code = 232 // meaning: logged in by the security data exchange
	CodeMaintenanceModeOrExpiredPassword Code = 233
	CodeAuthMechanismAccepted            Code = 234
	CodeSecurityDataExchangeComplete     Code = 235
	CodeRequestedFileActionOK            Code = 250
	CodeMD5Digest                        Code = 251
	CodeFileAttributesChanged            Code = 253
	CodePathnameCreated                  Code = 257

	// 3yz, intermediate

	CodeTransferProgress          Code = 321 // expects no command, unlike its class
	CodeUsernameOKNeedPassword    Code = 331 // does not say that the name exists
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
	CodeNeedUnavailableResource         Code = 431 // meaning: a resource for security processing
	CodePasswordChangeRefused           Code = 432
	CodeRequestedHostUnavailable        Code = 434 // obsolete; the meaning was: logged out by an operator
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
	CodeDataConnectionAlreadyOpen             Code = 521 // meaning: address family, or PROT level, not acceptable
	CodeNetworkProtocolNotSupported           Code = 522
	CodeNotLoggedIn                           Code = 530
	CodeControlConnectionRefusedByTLS         Code = 531
	CodeNeedAccountForStoringFiles            Code = 532
	CodeCommandProtectionLevelDenied          Code = 533
	CodeRequestDeniedForPolicyReasons         Code = 534
	CodeFailedSecurityCheck                   Code = 535
	CodeUnsupportedDataChannelProtectionLevel Code = 536
	CodeCommandProtectionLevelNotCompliant    Code = 537 // meaning: not supported by the mechanism
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

// codeLimit is greater than every code that can be in the table or in range.
const codeLimit = 700

// codeIndex has the index of each code in codeTable, counted from 1, and 0 for other codes. The
// two arrays have less than four kilobytes and save a search.
var codeIndex = indexCodes()

func indexCodes() (index [codeLimit]uint8) {
	for i, info := range codeTable {
		index[info.Code] = uint8(i + 1)
	}
	return index
}

// codeDeviations has the results of codeDeviation for the codes below codeLimit.
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

// inRange reports whether c is in the range of the codes of RFC 959, section 4.2.2 and later
// RFCs, or is a protected reply (RFC 2228, section 5.2).
func (c Code) inRange() bool { return 100 <= c && c <= 559 || c.Class() == Protected }

// codeDeviation returns the deviations of c: [CodeOutOfRange], [UnknownCode], both or neither.
// Every reply calls it, so it is one comparison and one load.
func codeDeviation(c Code) Deviation {
	if c >= codeLimit {
		return CodeOutOfRange | UnknownCode
	}
	return codeDeviations[c]
}
