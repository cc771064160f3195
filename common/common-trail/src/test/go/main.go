// Checks exported proofs with Go's note and tlog packages alone: every file *.proof.json (an entry and the hashes that
// lead from it to a signed checkpoint) and every file *.growth.json (two signed checkpoints and the hashes that lead from
// the older to the newer).
//
//	foreign KEY DIRECTORY
//
// Prints how many it checked; ends with 1 at the first that is not accepted.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type recordProof struct {
	Version    int      `json:"version"`
	Index      int64    `json:"index"`
	Entry      string   `json:"entry"`
	Proof      []string `json:"proof"`
	Checkpoint string   `json:"checkpoint"`
}

type growthProof struct {
	Older string   `json:"older"`
	Newer string   `json:"newer"`
	Proof []string `json:"proof"`
}

func main() {
	if len(os.Args) != 3 {
		fail("usage: foreign KEY DIRECTORY")
	}
	keyText, err := os.ReadFile(os.Args[1])
	check(os.Args[1], err)
	verifier, err := note.NewVerifier(strings.TrimSpace(string(keyText)))
	check(os.Args[1], err)
	known := note.VerifierList(verifier)

	records, growths := 0, 0
	files, err := filepath.Glob(filepath.Join(os.Args[2], "*.json"))
	check(os.Args[2], err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		check(file, err)
		switch {
		case strings.HasSuffix(file, ".proof.json"):
			check(file, checkRecord(text, known))
			records++
		case strings.HasSuffix(file, ".growth.json"):
			check(file, checkGrowth(text, known))
			growths++
		}
	}
	fmt.Printf("accepted %d records and %d growths\n", records, growths)
}

func checkRecord(text []byte, known note.Verifiers) error {
	var file recordProof
	if err := json.Unmarshal(text, &file); err != nil {
		return err
	}
	tree, err := open(file.Checkpoint, known)
	if err != nil {
		return err
	}
	proof, err := hashes(file.Proof)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(tlog.RecordProof(proof), tree.N, tree.Hash, file.Index, tlog.RecordHash([]byte(file.Entry)))
}

func checkGrowth(text []byte, known note.Verifiers) error {
	var file growthProof
	if err := json.Unmarshal(text, &file); err != nil {
		return err
	}
	older, err := open(file.Older, known)
	if err != nil {
		return err
	}
	newer, err := open(file.Newer, known)
	if err != nil {
		return err
	}
	proof, err := hashes(file.Proof)
	if err != nil {
		return err
	}
	return tlog.CheckTree(tlog.TreeProof(proof), newer.N, newer.Hash, older.N, older.Hash)
}

// The text of a C2SP checkpoint: origin, size and root, one a line.
func open(signed string, known note.Verifiers) (tlog.Tree, error) {
	opened, err := note.Open([]byte(signed), known)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint: %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func hashes(texts []string) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, text := range texts {
		bytes, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(bytes) != tlog.HashSize {
			return nil, fmt.Errorf("not a hash: %q", text)
		}
		all = append(all, tlog.Hash(bytes))
	}
	return all, nil
}

func check(what string, err error) {
	if err != nil {
		fail(what + ": " + err.Error())
	}
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}
