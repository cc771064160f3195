package io.penstock.trail.cli;

import io.penstock.trail.NoteKey;
import io.penstock.trail.http.LogServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit key}: the log's public key, for people to compare. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = ExitCode.WRONG_USE,
    description =
        "Shows a log's public key, of a file or of a server, with a fingerprint. Compare it by"
            + " another way than this server before you trust it.")
final class KeyCommand implements Callable<Integer> {
  private static final String KEY = "/v2/audit/log/key";
  private static final int LONGEST = 64 << 10;

  private final Function<String, @Nullable String> environment;
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "A key's file; default: --from.")
  private @Nullable Path file;

  @Option(names = "--save", paramLabel = "FILE", description = "Writes the key into a file.")
  private @Nullable Path save;

  KeyCommand(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    return Check.run(spec.commandLine().getErr(), this::show);
  }

  private int show() throws IOException {
    if (save != null) {
      Texts.requireFolderOf(save);
    }
    List<NoteKey> keys = file == null ? fetched() : Texts.parse(file, LONGEST, KeyOptions::parse);
    PrintWriter out = spec.commandLine().getOut();
    StringBuilder lines = new StringBuilder();
    for (NoteKey key : keys) {
      out.println(key.text());
      out.println("SHA-256 of the public key: " + fingerprint(key));
      lines.append(key.text()).append('\n');
    }
    if (save != null) {
      Texts.write(save, lines.toString());
    }
    return ExitCode.VERIFIED;
  }

  private List<NoteKey> fetched() throws IOException {
    try (LogServer asked = server.connect(environment)) {
      byte[] text =
          asked
              .read(KEY, LONGEST)
              .orElseThrow(() -> new IOException(asked.base() + " has no key of a log"));
      return keys(asked, new String(text, StandardCharsets.UTF_8));
    }
  }

  private static List<NoteKey> keys(LogServer asked, String text) throws IOException {
    try {
      return KeyOptions.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("%s answers no key: %s".formatted(asked.base(), e.getMessage()), e);
    }
  }

  private static String fingerprint(NoteKey key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.publicKey());
      return HexFormat.ofDelimiter(":").formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
