package io.penstock.trail.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.trail.CanonicalJson;
import io.penstock.trail.http.LogOverHttp;
import io.penstock.trail.verify.TestLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

class AuditCommandTest {
  @TempDir private Path folder;
  private TestLog log;
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void begin() throws IOException {
    log = TestLog.of(folder.resolve("log"), 300);
    Files.writeString(folder.resolve("key.pub"), log.key().text() + "\n");
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    CommandLine command = AuditCommand.commandLine(environment::get);
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private int verify(String... more) {
    List<String> arguments = new ArrayList<>(List.of("verify", "--key", file("key.pub")));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void soundCopyIsVerified() {
    assertThat(verify("--dir", file("log"))).isZero();

    assertThat(out.toString())
        .startsWith("log.example/audit/12: 300 records, root ")
        .contains("read 300 entries, 2 bundles, 3 tiles, 3 segments, 0 values, 3 checkpoints")
        .contains("no checkpoint of yours")
        .endsWith("VERIFIED\n");
  }

  @Test
  void tamperedCopyIsNotVerifiedAndSaysWhere() {
    log.flip("tile/entries/000", 50);

    assertThat(verify("--dir", file("log"))).isEqualTo(2);
    assertThat(out.toString())
        .contains("NOT VERIFIED; the first record concerned is 0 (altered)")
        .contains("  altered: record 0 is not what was signed (tile/entries/000)");
  }

  @Test
  void reportAsJson() {
    log.flip("tile/entries/000", 50);

    assertThat(verify("--dir", file("log"), "--json")).isEqualTo(2);
    JsonNode report = Json.mapper().readTree(out.toString());
    assertThat(report.path("verified").asBoolean()).isFalse();
    assertThat(report.path("firstRecord").asLong(-1)).isZero();
    assertThat(report.at("/findings/0/problem").asString("")).isEqualTo("altered");
    assertThat(report.at("/read/entries").asLong()).isEqualTo(300);
  }

  @Test
  void checkpointIsKeptAndExposesARewrittenLog() throws IOException {
    assertThat(verify("--dir", file("log"), "--save-checkpoint", file("kept"))).isZero();
    assertThat(folder.resolve("kept")).hasContent(log.checkpoint().toString());
    log.rewrite(7, text -> text.replace("ALLOWED", "REFUSED"));
    log.grow(100).write();

    assertThat(verify("--dir", file("log"))).isZero();
    String[] again = {
      "--dir", file("log"), "--known", file("kept"), "--save-checkpoint", file("kept")
    };
    String before = Files.readString(folder.resolve("kept"));
    assertThat(verify(again)).isEqualTo(2);
    assertThat(out.toString()).contains("rewritten: records 0 to 299 hold at least one");
    assertThat(folder.resolve("kept")).hasContent(before);
  }

  @Test
  void wrongUseIsToldFromAWrongLog() throws IOException {
    Files.writeString(folder.resolve("no.key"), "nothing\n");

    assertThat(run("verify", "--dir", file("log"))).isEqualTo(1);
    assertThat(verify("--dir", file("nowhere"))).isEqualTo(1);
    assertThat(verify("--dir", file("log"), "--from", "https://example.org")).isEqualTo(1);
    assertThat(verify()).isEqualTo(1);
    assertThat(verify("--dir", file("log"), "--known", file("key.pub"))).isEqualTo(1);
    assertThat(run("verify", "--dir", file("log"), "--key", file("no.key"))).isEqualTo(1);
    assertThat(run()).isEqualTo(1);
    assertThat(err.toString()).contains("there is no folder").contains("not both");
  }

  @Test
  void copyOfAGrowingLogIsToldFromATamperedOne() throws IOException {
    Path newest = Files.write(folder.resolve("newest"), log.read("checkpoint"));
    log.file("checkpoint", log.read("checkpoints/200"));

    assertThat(verify("--dir", file("log"))).isEqualTo(4);
    assertThat(out.toString())
        .contains("this copy was made while the log grew: copy again, checkpoint first")
        .contains("the first 200 records are proven")
        .contains("older-checkpoint: records 200 to 299");
    assertThat(verify("--dir", file("log"), "--json")).isEqualTo(4);
    JsonNode report = Json.mapper().readTree(out.toString());
    assertThat(report.path("verified").asBoolean()).isFalse();
    assertThat(report.path("copyAgain").asBoolean()).isTrue();
    assertThat(report.path("proven").asLong()).isEqualTo(200);
    assertThat(verify("--dir", file("log"), "--known", newest.toString())).isEqualTo(2);
  }

  @Test
  void filesOfTheReaderThatAreWrongAreWrongUse() throws IOException {
    Path note = Files.writeString(folder.resolve("no.note"), "nothing\n");
    Path halfKey = Files.writeString(folder.resolve("half.pub"), "log.example/audit+00+%%\n");
    Path noJson = Files.writeString(folder.resolve("no.json"), "{\"version\":");
    Files.createDirectory(folder.resolve("empty"));
    String key = file("key.pub");

    assertWrongUse(
        "no file " + file("gone.pub"), "verify", "--dir", file("log"), "--key", file("gone.pub"));
    assertWrongUse("half.pub", "verify", "--dir", file("log"), "--key", halfKey.toString());
    assertWrongUse("half.pub", "key", halfKey.toString());
    assertWrongUse("is a folder", "verify", "--dir", file("log"), "--key", file("empty"));
    assertWrongUse(
        "no.note", "verify", "--dir", file("log"), "--key", key, "--known", note.toString());
    assertWrongUse("holds no log", "verify", "--dir", file("empty"), "--key", key);
    assertWrongUse(
        "gone.jsonl", "verify", "--dir", file("log"), "--key", key, "--export", file("gone.jsonl"));
    assertWrongUse(
        "no folder",
        "verify",
        "--dir",
        file("log"),
        "--key",
        key,
        "--save-checkpoint",
        file("gone/kept"));
    assertWrongUse("no.json", "proof", noJson.toString(), "--key", key);
    assertWrongUse("no.json", "receipt", noJson.toString(), "--key", key);
    assertWrongUse("no file", "receipt", file("gone.json"), "--key", key);
  }

  private void assertWrongUse(String message, String... arguments) {
    err.getBuffer().setLength(0);
    assertThat(run(arguments)).as(String.join(" ", arguments) + ": " + err).isEqualTo(1);
    assertThat(err.toString()).contains(message).doesNotContain("Exception");
  }

  @Test
  void exportThatIsNoJsonCouldNotBeRead() throws IOException {
    Path export = Files.writeString(folder.resolve("export"), "id,name\n");

    assertThat(verify("--dir", file("log"), "--export", export.toString())).isEqualTo(3);
    assertThat(err.toString()).contains("is not JSON lines");
  }

  @Test
  void serverThatAnswersNoJsonCouldNotBeRead() throws IOException {
    environment.put("STORAGE_API_TOKEN", LogOverHttp.TOKEN);
    try (LogOverHttp server = new LogOverHttp(log)) {
      server.put("/v2/storage/tokens/verify", "<html>");

      assertThat(verify("--from", server.uri().toString())).isEqualTo(3);
      assertThat(err.toString()).contains("could not be read: ").doesNotContain("Exception");
    }
  }

  @Test
  void fileThatIsTooLargeToBeOneOfALogIsNamed() throws IOException {
    try (RandomAccessFile tile = new RandomAccessFile(file("log/tile/0/000"), "rw");
        RandomAccessFile bundle = new RandomAccessFile(file("log/tile/entries/000"), "rw")) {
      tile.setLength(3L << 30);
      bundle.setLength(3L << 30);
    }

    assertThat(verify("--dir", file("log"))).isEqualTo(2);
    assertThat(out.toString())
        .contains("tile: records 0 to 255 have no readable tile")
        .contains("tile/entries/000 is larger than");
  }

  @Test
  void deviceInThePlaceOfAFileIsNotRead() throws IOException {
    log.delete("tile/entries/000");
    Files.createSymbolicLink(folder.resolve("log/tile/entries/000"), Path.of("/dev/zero"));
    log.delete("segments/%020d".formatted(200));
    Files.createSymbolicLink(
        folder.resolve("log/segments/%020d".formatted(200)), Path.of("/dev/zero"));

    assertThat(verify("--dir", file("log"))).isEqualTo(2);
    assertThat(out.toString())
        .contains("tile/entries/000 is no file")
        .contains("segments/00000000000000000200 is no file");
  }

  @Test
  void proofsAndReceiptsOfAnotherLogAreRefusedByItsOrigin() throws IOException {
    Path proof = Files.writeString(folder.resolve("proof.json"), log.proof(42).toJson());
    Path data = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");
    Path receipt = loadedWith(data);
    String key = file("key.pub");

    for (String[] check :
        List.of(
            new String[] {"proof", proof.toString(), "--key", key, "--origin", ""},
            new String[] {"receipt", receipt.toString(), "--key", key, "--origin", ""},
            new String[] {"verify", "--dir", file("log"), "--key", key, "--origin", ""})) {
      check[check.length - 1] = TestLog.NAME + "/12";
      assertThat(run(check)).as(out + "" + err).isZero();
      check[check.length - 1] = TestLog.NAME + "/13";
      assertThat(run(check)).isEqualTo(2);
      assertThat(out.toString()).contains("NOT VERIFIED").contains(TestLog.NAME + "/12");
    }
  }

  /** The receipt of a load of this file, which record 300 vouches for. */
  private Path loadedWith(Path data) throws IOException {
    Map<String, Object> receipt = receipt(data);
    Map<String, Object> record = new HashMap<>(TestLog.record(300));
    record.put("operation", "storage.tableImportDone");
    record.put("results", told(receipt));
    log.add(record).write();
    return Files.writeString(folder.resolve("receipt.json"), receiptFile(receipt, record));
  }

  @Test
  void uploadedFileThatIsNotThereIsWrongUse() throws IOException {
    Path data = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");
    String receipt = loadedWith(data).toString();

    assertWrongUse(
        "no file", "receipt", receipt, "--key", file("key.pub"), "--data", file("gone.csv"));
    assertWrongUse(
        "is a folder", "receipt", receipt, "--key", file("key.pub"), "--data", folder.toString());
  }

  @Test
  void numberThatNoSegmentHasIsNoSegment() {
    log.file("segments/99999999999999999999", new byte[1]);
    log.file("checkpoints/99999999999999999999", new byte[1]);

    assertThat(verify("--dir", file("log"))).isZero();
  }

  @Test
  void serverIsAskedForLogAndSearch() throws IOException {
    environment.put("STORAGE_API_TOKEN", LogOverHttp.TOKEN);
    try (LogOverHttp server = new LogOverHttp(log)) {
      String from = server.uri().toString();

      assertThat(verify("--from", from)).isEqualTo(2);
      assertThat(out.toString()).contains("search: record 0 is left out by the search");
      assertThat(verify("--from", from, "--project", "101")).isEqualTo(1);
      assertThat(err.toString()).contains("the token is of project 100, not of 101");
      assertThat(run("key", "--from", from, "--save", file("fetched.pub"))).isZero();
      assertThat(folder.resolve("fetched.pub")).hasSameTextualContentAs(folder.resolve("key.pub"));
      assertThat(out.toString()).contains("SHA-256 of the public key: ");
    }
  }

  @Test
  void serverThatCannotBeReadIsNoFinding() throws IOException {
    environment.put("STORAGE_API_TOKEN", "100-8-wrong");
    try (LogOverHttp server = new LogOverHttp(log)) {
      assertThat(verify("--from", server.uri().toString())).isEqualTo(3);
      assertThat(err.toString()).contains("401 Invalid access token");
    }
    assertThat(verify("--from", "http://storage.example.org")).isEqualTo(1);
    assertThat(err.toString()).contains("use https");
  }

  @Test
  void exportedProofIsChecked() throws IOException {
    Path proof = folder.resolve("proof.json");
    Files.writeString(proof, log.proof(42).toJson());

    assertThat(run("proof", proof.toString(), "--key", file("key.pub"))).isZero();
    assertThat(out.toString()).startsWith("VERIFIED: record 42 of log.example/audit/12");
    Files.writeString(proof, log.proof(42).toJson().replace("Call 42", "Call 43"));
    assertThat(run("proof", proof.toString(), "--key", file("key.pub"))).isEqualTo(2);
    assertThat(out.toString()).startsWith("NOT VERIFIED: ");
    Files.writeString(proof, "{}");
    assertThat(run("proof", proof.toString(), "--key", file("key.pub"))).isEqualTo(1);
  }

  @Test
  void receiptIsCheckedAgainstTheUploadedFile() throws IOException {
    Path data = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n");
    Path other = Files.writeString(folder.resolve("other.csv"), "id,name\n1,b\n");
    Map<String, Object> receipt = receipt(data);
    Map<String, Object> record = new HashMap<>(TestLog.record(300));
    record.put("operation", "storage.tableImportDone");
    record.put("results", told(receipt));
    log.add(record).write();
    Path file = folder.resolve("receipt.json");
    String json = receiptFile(receipt, record);
    Files.writeString(file, json);
    String[] check = {"receipt", file.toString(), "--key", file("key.pub"), "--data", ""};

    check[5] = data.toString();
    assertThat(run(check)).as(out + "" + err).isZero();
    assertThat(out.toString()).contains("record 300 of the log says that 1 records were read");

    check[5] = other.toString();
    assertThat(run(check)).isEqualTo(2);
    assertThat(out.toString()).contains("is not what was loaded").contains("was loaded too");

    check[5] = data.toString();
    Files.writeString(file, json.replace("\"recordsRead\":1", "\"recordsRead\":2"));
    assertThat(run(check)).isEqualTo(2);

    Files.writeString(file, json.replace("\"jobId\":7,\"receipt\"", "\"jobId\":8,\"receipt\""));
    assertThat(run(check)).isEqualTo(2);
    assertThat(out.toString()).contains("The record in the log has another receipt");
  }

  @Test
  void equalFilesOfAReceiptAreEachAskedFor() throws IOException {
    Path slice = Files.writeString(folder.resolve("slice.csv"), "1,a\n");
    Path same = Files.writeString(folder.resolve("same.csv"), "1,a\n");
    Map<String, Object> receipt = receipt(slice, same);
    Map<String, Object> record = new HashMap<>(TestLog.record(300));
    record.put("operation", "storage.tableImportDone");
    record.put("results", told(receipt));
    log.add(record).write();
    Path file = folder.resolve("receipt.json");
    Files.writeString(file, receiptFile(receipt, record));
    String key = file("key.pub");
    String both = same.toString();

    assertThat(
            run(
                "receipt",
                file.toString(),
                "--key",
                key,
                "--data",
                slice.toString(),
                "--data",
                both))
        .as(out + "" + err)
        .isZero();
    assertThat(run("receipt", file.toString(), "--key", key, "--data", slice.toString()))
        .isEqualTo(2);
    assertThat(out.toString()).contains("was loaded too");
  }

  /** As the record of a load knows its receipt. */
  private static Map<String, Object> told(Map<String, Object> receipt) {
    return Map.of("receipt", Map.of("jobId", 7, "sha256", sha256(CanonicalJson.ofValue(receipt))));
  }

  private String receiptFile(Map<String, Object> receipt, Map<String, Object> record) {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("version", 1);
    file.put("jobId", 7);
    file.put("receipt", receipt);
    file.put("record", record);
    file.put("proof", Json.mapper().readTree(log.proof(300).toJson()));
    return Json.write(file);
  }

  private static Map<String, Object> receipt(Path... data) throws IOException {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (Path each : data) {
      byte[] bytes = Files.readAllBytes(each);
      String key = "exp-1/" + each.getFileName();
      objects.add(Map.of("key", key, "bytes", bytes.length, "sha256", sha256(bytes)));
    }
    Map<String, Object> receipt = new LinkedHashMap<>();
    receipt.put("objects", objects);
    receipt.put("recordsRead", 1);
    receipt.put("recordId", String.valueOf(TestLog.record(300).get("id")));
    return receipt;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
