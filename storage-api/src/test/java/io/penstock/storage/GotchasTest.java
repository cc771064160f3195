package io.penstock.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * The contract's chapter 4 lists what real clients depend on. {@code gotchas.txt} says which tests
 * hold each of its points; here each of these is looked up, so that none can be renamed or removed
 * without its point being held elsewhere.
 */
class GotchasTest {
  private static final Path MODULES = Path.of("..");
  private static final String LATER = "later: components and configurations";
  private static final List<Integer> OF_CONFIGURATIONS = List.of(65, 66, 67);
  private static final Pattern LINE = Pattern.compile("(\\d+) (.+?) \\| (\\S.*)");
  private static final Pattern TEST = Pattern.compile("([a-z/-]+)/([A-Z]\\w+)\\.([a-z]\\w+)");
  private static final Pattern ANNOTATED =
      Pattern.compile("^\\s*@(Test|ParameterizedTest|TestFactory)\\b", Pattern.MULTILINE);

  /** A line: its number, and the tests or {@link #LATER}. */
  private record Gotcha(int number, String held) {
    boolean isLater() {
      return held.equals(LATER);
    }
  }

  @Test
  void everyPointHasOneLine() throws IOException {
    assertThat(gotchas())
        .extracting(Gotcha::number)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 70).boxed().toList());
  }

  @Test
  void onlyWhatIsAboutConfigurationsComesLater() throws IOException {
    assertThat(gotchas().stream().filter(Gotcha::isLater).map(Gotcha::number))
        .containsExactlyElementsOf(OF_CONFIGURATIONS);
  }

  @TestFactory
  Stream<DynamicTest> everyNamedTestIsOne() throws IOException {
    return gotchas().stream()
        .filter(gotcha -> !gotcha.isLater())
        .map(
            gotcha ->
                DynamicTest.dynamicTest(
                    gotcha.number() + " " + gotcha.held(),
                    () -> {
                      for (String test : gotcha.held().split(" ", -1)) {
                        assertIsTest(test);
                      }
                    }));
  }

  private static void assertIsTest(String name) throws Exception {
    var test = TEST.matcher(name);
    assertThat(test.matches()).as("module/Class.method: %s", name).isTrue();
    Path sources = MODULES.resolve(test.group(1)).resolve("src/test/java");
    Path source = source(sources, test.group(2));
    boolean found =
        test.group(1).equals("storage-api")
            ? declares(sources.relativize(source), test.group(3))
            : reads(source, test.group(3));
    assertThat(found).as("%s is a test", name).isTrue();
  }

  private static Path source(Path sources, String type) throws IOException {
    assertThat(sources).isDirectory();
    try (Stream<Path> files = Files.walk(sources)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().equals(type + ".java")).toList();
      assertThat(found).as("%s in %s", type, sources).hasSize(1);
      return found.getFirst();
    }
  }

  /** Never initialises the class: that would start its gateway. */
  private static boolean declares(Path source, String method) throws ClassNotFoundException {
    String file = source.toString();
    String type =
        file.substring(0, file.length() - ".java".length())
            .replace(source.getFileSystem().getSeparator(), ".");
    Class<?> declaring = Class.forName(type, false, GotchasTest.class.getClassLoader());
    return Arrays.stream(declaring.getDeclaredMethods())
        .anyMatch(each -> each.getName().equals(method) && isTest(each));
  }

  private static boolean isTest(Method method) {
    return method.isAnnotationPresent(Test.class)
        || method.isAnnotationPresent(ParameterizedTest.class)
        || method.isAnnotationPresent(TestFactory.class);
  }

  /** Another module's classes are not here, its source is. */
  private static boolean reads(Path source, String method) throws IOException {
    List<String> lines = Files.readAllLines(source);
    Pattern declared = Pattern.compile("^  [\\w<>. ]+ " + method + "\\(.*");
    for (int i = 0; i < lines.size(); i++) {
      if (declared.matcher(lines.get(i)).matches()) {
        int from = i;
        while (from > 0 && !lines.get(from - 1).isBlank()) {
          from--;
        }
        return ANNOTATED.matcher(String.join("\n", lines.subList(from, i))).find();
      }
    }
    return false;
  }

  private static List<Gotcha> gotchas() throws IOException {
    List<Gotcha> gotchas = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(GotchasTest.class.getResourceAsStream("/gotchas.txt"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.startsWith("#")) {
          var parts = LINE.matcher(line);
          assertThat(parts.matches()).as("number tests | words: %s", line).isTrue();
          gotchas.add(new Gotcha(Integer.parseInt(parts.group(1)), parts.group(2)));
        }
      }
    }
    return gotchas;
  }
}
