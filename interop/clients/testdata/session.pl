# The session of Perl's Net::FTP. The port is the argument.
use Net::FTP;

my $ftp = Net::FTP->new('127.0.0.1', Port => $ARGV[0]) or exit 1;
$ftp->login('u', 'p') or exit 1;
$ftp->quot('NOOP') == 2 or exit 1;
$ftp->quot('NOOP') == 2 or exit 1;
defined $ftp->pwd or exit 1;
$ftp->quit;
