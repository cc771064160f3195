package io.penstock.kill.agent;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The agent: {@code -javaagent:kill-test.jar=/path/of/the/control/folder}. */
public final class KillAgent {
  private static final int POINT_LOST = 78;

  private KillAgent() {}

  public static void premain(String controlFolder, Instrumentation jvm) {
    ControlFolder control = new ControlFolder(Path.of(controlFolder));
    Reached.tellIn(control);
    jvm.addTransformer(new Weaving(control));
  }

  private record Weaving(ControlFolder control) implements ClassFileTransformer {

    @Override
    public byte @Nullable [] transform(
        @Nullable ClassLoader loader,
        @Nullable String className,
        @Nullable Class<?> redefined,
        @Nullable ProtectionDomain domain,
        byte[] original) {
      List<KillPoint> points = className == null ? List.of() : PointWeaver.pointsIn(className);
      if (points.isEmpty()) {
        return null;
      }
      try {
        byte[] woven = PointWeaver.weave(original, points, loader);
        points.forEach(control::woven);
        return woven;
      } catch (RuntimeException | Error e) {
        // The JVM would go on without the point, and nobody would know.
        System.err.println("kill agent: " + e);
        Runtime.getRuntime().halt(POINT_LOST);
        return null;
      }
    }
  }
}
