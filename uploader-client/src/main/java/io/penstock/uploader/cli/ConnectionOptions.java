package io.penstock.uploader.cli;

import io.penstock.uploader.UploaderClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which server, and who we are: options that fall back to the environment. For use as a picocli
 * mixin.
 *
 * <p>The token is best given in {@code STORAGE_API_TOKEN} or in a file: arguments are seen by
 * everybody on the machine who lists its processes.
 */
public final class ConnectionOptions {
  /** A token has about a hundred characters; whatever is longer is another file. */
  private static final int LARGEST_TOKEN_FILE = 4096;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Address of the server. Default: STORAGE_API_URL.")
  private @Nullable String url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File that holds the token, - for standard input. Default: the token in STORAGE_API_TOKEN.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "The token itself. Others on this machine can see it in the list of processes: prefer the above.")
  private @Nullable String token;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "PEM file of the authority that signed the server's certificate. Default: PENSTOCK_CA.")
  private @Nullable Path authority;

  @Option(
      names = "--object-store",
      paramLabel = "URL",
      description =
          "Address of an S3-compatible object store. Default: AWS_ENDPOINT_URL_S3, else Amazon S3.")
  private @Nullable String objectStore;

  /** As {@link #settings}, built. */
  public UploaderClient connect(Environment environment, PrintWriter warnings) {
    return settings(environment, warnings).build();
  }

  /**
   * Begins the client that these options describe.
   *
   * @param warnings where to write what the user should know about the token
   * @throws IllegalArgumentException when something is missing or wrong; the message says what to
   *     do
   */
  public UploaderClient.Builder settings(Environment environment, PrintWriter warnings) {
    String address = url == null ? environment.given("STORAGE_API_URL") : url;
    if (address == null) {
      throw new IllegalArgumentException("which server? Give --url or set STORAGE_API_URL");
    }
    UploaderClient.Builder client =
        UploaderClient.builder(URI.create(address.strip())).token(token(environment, warnings));

    String pem = environment.given("PENSTOCK_CA");
    if (authority != null) {
      client.certificateAuthority(authority);
    } else if (pem != null) {
      client.certificateAuthority(Path.of(pem));
    }
    String store = objectStore == null ? environment.given("AWS_ENDPOINT_URL_S3") : objectStore;
    if (store != null) {
      client.objectStore(URI.create(store.strip()));
    }
    String region = environment.given("AWS_REGION");
    if (region != null) {
      client.region(region);
    }
    return client;
  }

  private String token(Environment environment, PrintWriter warnings) {
    if (token != null) {
      warnings.println(
          "warning: the token stands in the list of processes; use --token-file or STORAGE_API_TOKEN");
      return token;
    }
    if (tokenFile != null) {
      return readToken(tokenFile, warnings);
    }
    String given = environment.given("STORAGE_API_TOKEN");
    if (given == null) {
      throw new IllegalArgumentException("which token? Give --token-file or set STORAGE_API_TOKEN");
    }
    return given;
  }

  private static String readToken(Path file, PrintWriter warnings) {
    boolean standardInput = file.toString().equals("-");
    try (InputStream in = standardInput ? System.in : Files.newInputStream(file)) {
      if (!standardInput && isOpenToOthers(file)) {
        warnings.printf("warning: others on this machine can read %s; chmod 600 it%n", file);
      }
      byte[] content = in.readNBytes(LARGEST_TOKEN_FILE + 1);
      if (content.length > LARGEST_TOKEN_FILE) {
        throw new IllegalArgumentException(file + " is too large to be a token");
      }
      return new String(content, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read the token from " + file, e);
    }
  }

  private static boolean isOpenToOthers(Path file) throws IOException {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      return permissions.contains(PosixFilePermission.OTHERS_READ)
          || permissions.contains(PosixFilePermission.GROUP_READ);
    } catch (UnsupportedOperationException _) {
      return false; // Windows: no such permissions
    }
  }
}
