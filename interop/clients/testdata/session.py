# The session of Python's ftplib. The port is the argument.
import ftplib
import sys

ftp = ftplib.FTP()
try:
    ftp.connect("127.0.0.1", int(sys.argv[1]))
    ftp.login("u", "p")
    ftp.voidcmd("NOOP")
    ftp.voidcmd("NOOP")
    ftp.pwd()
    ftp.quit()
except ftplib.all_errors:
    sys.exit(1)
except Exception as e:  # which a user of the library does not expect
    print("raises", type(e).__name__)
    sys.exit(1)
