package io.penstock.kill.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PointWeaverTest {

  @ParameterizedTest
  @EnumSource
  void everyPointHasItsMethod(KillPoint point) throws IOException {
    byte[] woven = PointWeaver.weave(classFile(point.className()), List.of(point), loader());

    assertThat(ClassFile.of().verify(woven)).isEmpty();
    assertThat(ClassFile.of().parse(woven).constantPool())
        .anyMatch(entry -> entry.toString().contains(point.name()));
  }

  @Test
  void lostMethodIsTold() throws IOException {
    byte[] other = classFile("java/lang/Object");

    assertThatIllegalStateException()
        .isThrownBy(() -> PointWeaver.weave(other, List.of(KillPoint.IN_COPY), loader()))
        .withMessageContaining("writeToCopy");
  }

  @Test
  void onlyOneDiesOfAnOrder(@TempDir java.nio.file.Path folder) {
    ControlFolder control = new ControlFolder(folder);
    control.arm(KillPoint.IN_COPY, 3);

    assertThat(control.armedHit("IN_COPY")).isEqualTo(OptionalInt.of(3));
    assertThat(control.take("IN_COPY")).isTrue();
    assertThat(control.take("IN_COPY")).isFalse();
    assertThat(control.disarm(KillPoint.IN_COPY)).isFalse();
    control.reached("IN_COPY");
    assertThat(control.reached()).containsExactly(KillPoint.IN_COPY);
  }

  private static ClassLoader loader() {
    return Objects.requireNonNull(PointWeaverTest.class.getClassLoader());
  }

  private static byte[] classFile(String name) throws IOException {
    try (InputStream file = loader().getResourceAsStream(name + ".class")) {
      return Objects.requireNonNull(file, name).readAllBytes();
    }
  }
}
