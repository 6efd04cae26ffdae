package servecmd

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cases"
	"github.com/ftpreply/ftpreply/cmd/ftpreply/internal/cli"
)

// A report has the results of all cases, as --format json writes it.
type report struct {
	Version int             `json:"version"`
	Tool    string          `json:"tool"`
	Client  string          `json:"client"`
	Command string          `json:"command"`
	Counts  map[string]int  `json:"counts"` // by grade
	Failed  int             `json:"failed"`
	Cases   []*result       `json:"cases"`
	known   map[string]bool // names of the cases that the baseline has as failed
}

// A result is the behaviour of the client in one case.
type result struct {
	Name     string         `json:"name"`
	RFC      string         `json:"rfc"`
	Summary  string         `json:"summary"`
	Expected string         `json:"expected"`
	Severity cases.Severity `json:"severity,omitempty"` // of the failure
	Grade    cases.Grade    `json:"grade"`
	Failed   bool           `json:"failed"`
	Known    bool           `json:"known,omitempty"` // in the baseline
	Observed string         `json:"observed"`
	Sent     string         `json:"sent"` // quoted
	Memory   int64          `json:"memory,omitempty"`
	late     bool           // the time limit passed before the client got to the case
}

// test runs the client on all cases and writes the report.
func (s *serving) test(r *runner, chosen []*cases.Case) error {
	ctx := s.app.Ctx
	rep := &report{Version: cli.SchemaVersion, Tool: "ftpreply", Client: s.client, Command: s.exec, Counts: map[string]int{}}
	if rep.Client == "" {
		rep.Client = s.exec
	}
	if s.accepted != "" {
		before, err := readReport(s.app, s.accepted)
		if err != nil {
			return err
		}
		rep.known = map[string]bool{}
		for _, c := range before.Cases {
			rep.known[c.Name] = rep.known[c.Name] || c.Failed
		}
	}
	clean, err := r.run(ctx, nil)
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return cli.ErrInterrupted
	case clean.TimedOut:
		return fmt.Errorf("the client does not end within %v against the correct server", r.limit)
	case clean.Status != 0 || clean.Signal != "":
		return fmt.Errorf("the client fails against the correct server: exit status %d", clean.Status)
	case len(clean.Records) == 0:
		return fmt.Errorf("the client does not connect to the server")
	}
	if err := s.runAll(ctx, r, clean, chosen, rep); err != nil {
		return err
	}
	failed := false
	for _, c := range rep.Cases {
		rep.Counts[string(c.Grade)]++
		if c.Known = rep.known[c.Name] && c.Failed; c.Failed && !c.Known {
			rep.Failed++
			failed = failed || c.Severity == cases.Error || s.failOn.Value == cases.Warning
		}
	}
	if err := s.format.Value(s, rep); err != nil {
		return err
	}
	if failed {
		return cli.ErrFindings
	}
	return nil
}

// runAll runs the cases, some at a time. Failed cases are repeated with fewer at a time, because
// the client may only have been slow on a busy machine, and so are those that it did not reach in
// time. A case has failed if both runs fail.
func (s *serving) runAll(ctx context.Context, r *runner, clean *cases.Observation, chosen []*cases.Case, rep *report) error {
	rep.Cases = make([]*result, len(chosen))
	errs := make([]error, len(chosen))
	each := func(jobs int, do func(i int)) {
		next := make(chan int)
		var workers sync.WaitGroup
		for range jobs {
			workers.Go(func() {
				for i := range next {
					do(i)
				}
			})
		}
		for i := range chosen {
			next <- i
		}
		close(next)
		workers.Wait()
	}
	each(s.jobs, func(i int) { rep.Cases[i], errs[i] = s.runOne(ctx, r, clean, chosen[i]) })
	each(max(1, s.jobs/4), func(i int) {
		if errs[i] == nil && (rep.Cases[i].Failed || rep.Cases[i].late) {
			rep.Cases[i], errs[i] = s.runOne(ctx, r, clean, chosen[i])
		}
	})
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return cli.ErrInterrupted
	}
	return nil
}

func (s *serving) runOne(ctx context.Context, r *runner, clean *cases.Observation, c *cases.Case) (*result, error) {
	if ctx.Err() != nil {
		return &result{Name: c.Name}, nil
	}
	o, err := r.run(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	v := cases.Judge(c, clean, o, s.strict)
	sent := ""
	for _, record := range o.Records {
		if record.Departed && sent == "" {
			sent = fmt.Sprintf("%q", record.Sent[:min(len(record.Sent), maxShown)])
			if len(record.Sent) > maxShown {
				sent += "…"
			}
		}
	}
	return &result{Name: c.Name, RFC: c.RFC, Summary: c.Summary, Expected: expected(c), Severity: v.Severity,
		Grade: v.Grade, Failed: v.Failed, Observed: v.Detail, Sent: sent, Memory: o.Memory,
		late: v.Grade == cases.NotReached && o.TimedOut}, nil
}

// maxShown is how many bytes of a departure a report shows.
const maxShown = 300

// grades are in the order of reports.
var grades = []cases.Grade{cases.Correct, cases.SafeRefusal, cases.NotReached, cases.Waits, cases.WrongData, cases.Desynchronize,
	cases.Unbounded, cases.Connects, cases.Secret, cases.Crash}
