package io.penstock.quickstart;

import io.penstock.aws.AwsSettings;
import io.penstock.aws.ObjectStore;
import io.penstock.aws.S3ObjectStore;
import io.penstock.model.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Where a platform writes what others may read: each place as the bytes in it, by a name. */
final class Haystacks {
  /**
   * Secrets live there by design, for their owner alone; or sealed; or they are the warehouse's.
   */
  private static final Set<String> NOT_OURS =
      Set.of("secrets", "keys", "config", "tls", "objects", "data", "postgres-binaries");

  private static final int PIECE = 8 << 20;

  private final TestPlatform platform;

  Haystacks(TestPlatform platform) {
    this.platform = platform;
  }

  /** Looks at one place. */
  interface Search {
    void look(String where, byte[] bytes);
  }

  /** The names of all needles that are found, each with where. */
  static Map<String, String> found(Map<String, String> needles, String where, byte[] bytes) {
    String hay = new String(bytes, StandardCharsets.ISO_8859_1);
    Map<String, String> found = new LinkedHashMap<>();
    needles.forEach(
        (name, needle) -> {
          for (String spelling : spellings(needle)) {
            int at = hay.indexOf(spelling);
            if (at >= 0) {
              int from = Math.max(0, at - 200);
              found.put(
                  name + " in " + where,
                  hay.substring(from, Math.min(hay.length(), at + spelling.length() + 20)));
              return;
            }
          }
        });
    return found;
  }

  private static List<String> spellings(String needle) {
    byte[] bytes = needle.getBytes(StandardCharsets.UTF_8);
    return List.of(
        needle,
        Base64.getEncoder().encodeToString(bytes).replaceAll("..?=*$", ""),
        needle.toLowerCase(java.util.Locale.ROOT));
  }

  /** Every object of the trail's bucket, as whoever audits it reads them. */
  void trail(Search search) throws IOException {
    LocalSecrets secrets = new LocalSecrets(platform.home());
    AwsSettings settings =
        new AwsSettings(
            "eu-central-1",
            URI.create("http://127.0.0.1:" + platform.ports().s3()),
            null,
            Service.AUDIT_SERVICE.label(),
            Secret.of(secrets.text("s3-" + Service.AUDIT_SERVICE.label())));
    try (S3Client s3 = settings.s3();
        S3Presigner presigner = settings.presigner()) {
      ObjectStore objects = new S3ObjectStore(s3, presigner, true);
      for (var object : objects.list(ObjectStorePart.TRAIL_BUCKET, "audit/")) {
        try (InputStream in = objects.open(ObjectStorePart.TRAIL_BUCKET, object.key())) {
          search.look(object.key(), in.readAllBytes());
        }
      }
    }
  }

  /** What the search index keeps and knows, uncompressed. */
  void index(Search search) throws IOException {
    for (Path index : indices(platform.home().folder("audit-index"))) {
      try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(index))) {
        for (LeafReaderContext leaf : reader.leaves()) {
          stored(leaf.reader(), search);
          terms(leaf.reader(), search);
        }
      }
    }
  }

  /** Where Lucene writes meanwhile: files that a merge has removed are no fault. */
  private static Set<Path> indices(Path directory) throws IOException {
    Set<Path> found = new HashSet<>();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.getFileName().toString().startsWith("segments_")) {
              found.add(file.getParent());
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return found;
  }

  private static void stored(LeafReader leaf, Search search) throws IOException {
    for (int doc = 0; doc < leaf.maxDoc(); doc++) {
      for (var field : leaf.storedFields().document(doc)) {
        BytesRef binary = field.binaryValue();
        String text = field.stringValue();
        if (binary != null) {
          search.look("index, stored", BytesRef.deepCopyOf(binary).bytes);
        } else if (text != null) {
          search.look("index, stored", text.getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  private static void terms(LeafReader leaf, Search search) throws IOException {
    for (FieldInfo field : leaf.getFieldInfos()) {
      Terms terms = leaf.terms(field.name);
      if (terms == null) {
        continue;
      }
      StringBuilder all = new StringBuilder();
      TermsEnum each = terms.iterator();
      for (BytesRef term = each.next(); term != null; term = each.next()) {
        all.append(new String(term.bytes, term.offset, term.length, StandardCharsets.ISO_8859_1))
            .append('\n');
      }
      search.look("index, " + field.name, all.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** A log too large for one look, in pieces of whole lines. */
  static void lines(Path log, Search search) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
      StringBuilder piece = new StringBuilder();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        piece.append(line).append('\n');
        if (piece.length() > PIECE) {
          search.look("log", piece.toString().getBytes(StandardCharsets.ISO_8859_1));
          piece.setLength(0);
        }
      }
      search.look("log", piece.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** Files of the platform's folder, the logs of its databases among them. */
  void files(Search search) throws IOException {
    List<Path> all = new ArrayList<>();
    Path root = platform.home().root();
    try (Stream<Path> files = Files.walk(root)) {
      files.filter(Files::isRegularFile).filter(file -> isReadable(root, file)).forEach(all::add);
    }
    for (Path file : all) {
      if (Files.exists(file) && Files.size(file) < 64 << 20) {
        search.look(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
  }

  private static boolean isReadable(Path root, Path file) {
    Path inside = root.relativize(file);
    for (Path part : inside) {
      if (NOT_OURS.contains(part.toString())) {
        return false;
      }
    }
    String name = file.getFileName().toString();
    return !name.equals("quickstart.env") && !name.endsWith(".password");
  }
}
