package replytest_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"

	"github.com/ftpreply/ftpreply"
	"github.com/ftpreply/ftpreply/replytest"
)

// Compares a reader of replies with the vectors: here the parser itself, in place of a
// client's own reader.
func ExampleVectors() {
	replies := 0
	for _, v := range replytest.Vectors() {
		if v.MaxReply != 0 {
			continue
		}
		p := ftpreply.NewParser(v.Reader())
		for _, want := range v.Want[replytest.Default] {
			r, err := p.Next()
			if want.Kind != replytest.KindReply {
				continue // an error; clients have errors of their own
			}
			if err != nil || int(r.Code()) != want.Code || string(r.Raw()) != want.Raw {
				fmt.Printf("%s: got %q, %v\n", v.Source(replytest.Default), r.Raw(), err)
			}
			replies++
		}
	}
	fmt.Println(replies > 100)
	// Output:
	// true
}

// A client that continues after each temporary error gets every reply.
func ExampleFaults() {
	random := rand.New(rand.NewPCG(1, 2))
	stream, want := replytest.RandomStream(random, 50)
	p := ftpreply.NewParser(replytest.Faults(random, stream, 30))
	for len(want) > 0 {
		r, err := p.Next()
		if errors.Is(err, os.ErrDeadlineExceeded) || err == io.ErrNoProgress {
			continue
		}
		if string(r.Raw()) != want[0].Raw {
			fmt.Printf("got %q, want %q\n", r.Raw(), want[0].Raw)
		}
		want = want[1:]
	}
	_, err := p.Next()
	fmt.Println(err)
	// Output:
	// EOF
}

func ExamplePieces() {
	p := ftpreply.NewParser(replytest.Pieces("213 1048", "", "576\r\n"))
	for range 2 {
		r, err := p.Next()
		fmt.Printf("%q %v\n", r.Text(), err)
	}
	// Output:
	// "1048" read tcp: i/o timeout
	// "1048576" <nil>
}

// Serves a first NOOP with one reply and all others with another.
func ExampleListen() {
	server, err := replytest.Listen(
		replytest.Greet(replytest.Send("220-Wel"), replytest.Send("come\r\n220 ready\r\n")),
		replytest.On("NOOP", replytest.Send("200 first\r\n")),
		replytest.On("NOOP", replytest.Send("200 again\r\n")),
		replytest.On("QUIT", replytest.Send("221 bye\r\n"), replytest.HangUp()),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	conn, err := net.Dial("tcp", server.Addr)
	if err != nil {
		fmt.Println(err)
		return
	}
	io.WriteString(conn, "NOOP\r\nNOOP\r\nNOOP\r\nHELP\r\nQUIT\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		fmt.Println(lines.Text())
	}
	conn.Close()
	fmt.Println(server.Close())
	fmt.Printf("%q\n", server.Commands())
	// Output:
	// 220-Welcome
	// 220 ready
	// 200 first
	// 200 again
	// 200 again
	// 502 unexpected
	// 221 bye
	// replytest: unexpected command "HELP"
	// ["NOOP" "NOOP" "NOOP" "HELP" "QUIT"]
}

func ExampleServe() {
	client, server := net.Pipe()
	type result struct {
		commands []string
		err      error
	}
	served := make(chan result)
	go func() {
		commands, err := replytest.Serve(server, replytest.Greet(replytest.Send("220 ready\r\n")))
		served <- result{commands, err}
	}()
	r, err := ftpreply.NewParser(client).Next()
	fmt.Println(string(r.Text()), err)
	client.Close()
	fmt.Println(<-served)
	// Output:
	// ready <nil>
	// {[] <nil>}
}
