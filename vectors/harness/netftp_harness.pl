# Runs the vectors of framing.json on Net::FTP.
# Usage: perl netftp_harness.pl framing.json
# Each line of the output is the id of a vector, a tab, and ok, refuses (the reader fails, or waits
# before the last reply) or wrong (it returns a reply that the server did not send).
use strict;
use warnings;
$| = 1;
use IO::Socket;
use JSON::PP;
use MIME::Base64;
use Net::FTP;

sub decode { join '', map { decode_base64($_->{base64}) x ($_->{count} || 1) } @{ $_[0] } }

# read_codes sends a vector from a child process and reads its replies.
sub read_codes {
    my ($vector) = @_;
    socketpair(my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die $!;
    my $child = fork;
    if (!$child) {
        $SIG{PIPE} = 'IGNORE';
        close $theirs;
        $ours->autoflush(1);
        for my $segment (@{ $vector->{segments} }) {
            print $ours decode($segment);
            select undef, undef, undef, 0.01;
        }
        sleep 9 unless $vector->{eof};
        close $ours;
        require POSIX;
        POSIX::_exit(0);
    }
    close $ours;
    my $ftp = bless $theirs, 'Net::FTP';
    ${*$ftp}{io_socket_timeout} = 0.5;
    my @codes;
    $@ = '';    # where Net::Cmd puts a line that it cannot read
    push @codes, $ftp->code until $ftp->response == Net::Cmd::CMD_ERROR() && $ftp->code == 421;
    my $failed = $@ ne '';
    kill 'KILL', $child;
    waitpid $child, 0;
    return $failed, @codes;
}

sub verdict {
    my ($vector, $failed, @codes) = @_;
    my @want = @{ $vector->{expected} };
    for my $code (@codes) {
        shift @want while @want > 1 && $want[0]{optional} && $want[1]{code} == $code;
        return 'wrong' if !@want || !$want[0]{optional} && ($want[0]{code} || 0) != $code;
        shift @want;
    }
    my $complete = !grep { !$_->{optional} } @want;
    return $complete && ($vector->{eof} || !$failed) ? 'ok' : 'refuses';
}

open my $file, '<:raw', $ARGV[0] or die "$ARGV[0]: $!";
my $vectors = JSON::PP->new->utf8->decode(do { local $/; <$file> })->{vectors};
# Net::FTP takes minutes for a reply of 1 MiB, so such vectors are left out.
for (grep { 100_000 > length decode([map { @$_ } @{ $_->{segments} }]) } @$vectors) { print "$_->{id}\t", verdict($_, read_codes($_)), "\n" }
