package security_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRotationOfPostgres runs the program of the rotation against a real server, where
// there is one to start: users are created, take turns, and are locked out with what they
// had before.
func TestRotationOfPostgres(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	port := startPostgres(t, folder)
	for _, file := range []string{"secret_rotation.py", "secret_postgres.py", "secret_mysql.py"} {
		program, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, file), program)
	}
	stranger, _ := certificate(t)
	write(t, filepath.Join(folder, "stranger.pem"), stranger)
	python := exec.Command("python3", "testdata/secret_rotation_check.py", folder, port, filepath.Join(folder, "stranger.pem"))
	python.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	out, err := python.CombinedOutput()
	if err != nil || !bytes.HasSuffix(bytes.TrimSpace(out), []byte("rotated")) {
		t.Fatalf("%v\n%s", err, out)
	}
	log, err := os.ReadFile(filepath.Join(folder, "log"))
	if err != nil || !strings.Contains(string(log), "ALTER ROLE") {
		t.Fatalf("the server logged no statements (%v)", err)
	}
	for _, statement := range strings.Split(string(log), "PASSWORD '")[1:] {
		if !strings.HasPrefix(statement, "SCRAM-SHA-256$") {
			t.Errorf("a password ended in the server's log: %.60s", statement)
		}
	}
}

// startPostgres starts a server that takes passwords over TLS only, with a master user
// that is no superuser, as in RDS. It returns the server's port.
func startPostgres(t *testing.T, folder string) string {
	t.Helper()
	for _, program := range []string{"initdb", "postgres", "python3"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed", program)
		}
	}
	owner := &syscall.SysProcAttr{}
	data := filepath.Join(folder, "data")
	if os.Getuid() == 0 { // which PostgreSQL refuses to run as
		owner.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
		for dir := folder; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o777); err != nil {
				t.Fatal(err)
			}
		}
	}
	run := func(stdin, name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.SysProcAttr, cmd.Dir, cmd.Stdin = owner, folder, strings.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	run("", "initdb", "--pgdata="+data, "--username=root", "--auth=trust", "--no-sync")
	cert, key := certificate(t)
	write(t, filepath.Join(folder, "authorities.pem"), cert)
	for name, content := range map[string][]byte{
		"server.crt": cert, "server.key": key,
		"pg_hba.conf": []byte("hostssl all all 127.0.0.1/32 scram-sha-256\nhostssl all all ::1/128 scram-sha-256\n"),
	} {
		path := filepath.Join(data, name)
		write(t, path, content)
		if owner.Credential != nil {
			if err := os.Chown(path, 65534, 65534); err != nil {
				t.Fatal(err)
			}
		}
	}
	run("CREATE ROLE dbadmin LOGIN CREATEROLE CREATEDB PASSWORD 'initial'; GRANT CREATE ON SCHEMA public TO dbadmin WITH GRANT OPTION\n",
		"postgres", "--single", "-D", data, "-j", "postgres")

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
	_ = listener.Close()
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command("postgres", "-D", data, "-p", port, "-c", "ssl=on", "-c", "listen_addresses=localhost", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "log_statement=all")
	server.SysProcAttr, server.Dir, server.Stdout, server.Stderr = owner, folder, log, log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGINT)
		_ = server.Wait()
		_ = log.Close()
	})
	for range 100 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			_ = c.Close()
			return port
		}
		time.Sleep(100 * time.Millisecond)
	}
	content, _ := os.ReadFile(filepath.Join(folder, "log"))
	t.Fatalf("the server did not start:\n%s", content)
	return ""
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// certificate is one for localhost that is its own authority, and its key.
func certificate(t *testing.T) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}
