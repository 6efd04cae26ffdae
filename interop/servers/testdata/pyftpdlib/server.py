from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import TLS_FTPHandler
from pyftpdlib.servers import FTPServer

authorizer = DummyAuthorizer()
authorizer.add_user("{{.User}}", "{{.Password}}", "{{.Root}}", perm="elradfmwMT")

handler = TLS_FTPHandler
handler.authorizer = authorizer
handler.certfile = "{{.Certificate}}"
handler.auth_failed_timeout = 0
handler.timeout = {{.Idle}}
handler.passive_dtp.timeout = 5
handler.active_dtp.timeout = 5

server = FTPServer(("{{.Host}}", {{.Port}}), handler)
server.max_cons = {{.Clients}} + 1  # it counts its own socket
server.serve_forever()
