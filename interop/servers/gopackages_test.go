//go:build unix

package servers

import (
	"crypto/tls"
	"errors"
	"sync/atomic"
	"testing"

	ftpserver "github.com/fclairamb/ftpserverlib"
	"github.com/spf13/afero"
	goftp "goftp.io/server/v2"
	goftpfile "goftp.io/server/v2/driver/file"
)

// startFtpserverlib starts github.com/fclairamb/ftpserverlib.
func startFtpserverlib(t *testing.T, _ *server, s *site) {
	srv := ftpserver.NewFtpServer(&ftpserverlibDriver{site: s, tls: s.tlsConfig(t)})
	if err := srv.Listen(); err != nil {
		t.Fatal(err)
	}
	go srv.Serve()
	t.Cleanup(func() { srv.Stop() })
}

// ftpserverlibDriver serves the tree of a site.
type ftpserverlibDriver struct {
	site    *site
	tls     *tls.Config
	clients atomic.Int32
}

func (d *ftpserverlibDriver) GetSettings() (*ftpserver.Settings, error) {
	return &ftpserver.Settings{
		ListenAddr: d.site.address(), IdleTimeout: d.site.Idle, ConnectionTimeout: 5,
		ActiveTransferPortNon20: true, EnableHASH: true, EnableCOMB: true,
	}, nil
}

func (d *ftpserverlibDriver) ClientConnected(ftpserver.ClientContext) (string, error) {
	if int(d.clients.Add(1)) > d.site.Clients {
		return "too many connections", errors.New("too many connections")
	}
	return "ftpserverlib\nsays hello", nil
}

func (d *ftpserverlibDriver) ClientDisconnected(ftpserver.ClientContext) { d.clients.Add(-1) }

func (d *ftpserverlibDriver) AuthUser(_ ftpserver.ClientContext, user, pass string) (ftpserver.ClientDriver, error) {
	if user != d.site.User || pass != password {
		return nil, errors.New("wrong name or password")
	}
	return afero.NewBasePathFs(afero.NewOsFs(), d.site.Root), nil
}

func (d *ftpserverlibDriver) GetTLSConfig() (*tls.Config, error) { return d.tls, nil }

// startGoftp starts goftp.io/server.
func startGoftp(t *testing.T, _ *server, s *site) {
	driver, err := goftpfile.NewDriver(s.Root)
	if err != nil {
		t.Fatal(err)
	}
	srv, err := goftp.NewServer(&goftp.Options{
		Driver: driver, Auth: &goftp.SimpleAuth{Name: s.User, Password: password},
		Perm: goftp.NewSimplePerm("owner", "group"), Logger: new(goftp.DiscardLogger),
		Hostname: s.Host, Port: s.Port, PublicIP: s.Host,
		TLS: true, ExplicitFTPS: true, TLSConfig: s.tlsConfig(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	go srv.ListenAndServe()
	t.Cleanup(func() { srv.Shutdown() })
}
