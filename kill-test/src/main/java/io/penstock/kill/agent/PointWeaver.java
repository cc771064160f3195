package io.penstock.kill.agent;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adds a call of {@link Reached#at} to the methods of the points (java.lang.classfile, JEP 484).
 * Immutable.
 */
public final class PointWeaver {
  private static final ClassDesc REACHED = Reached.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc TAKES_NAME =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

  private PointWeaver() {}

  /** The points in this class. */
  public static List<KillPoint> pointsIn(String className) {
    return Stream.of(KillPoint.values())
        .filter(point -> point.className().equals(className))
        .toList();
  }

  /**
   * The class with the calls of these points.
   *
   * @param loader finds the classes that this one names
   * @throws IllegalStateException when the method of a point is not there: whoever moved it has to
   *     move the point
   */
  public static byte[] weave(
      byte[] original, List<KillPoint> points, @Nullable ClassLoader loader) {
    byte[] woven = original;
    for (KillPoint point : points) {
      woven = weave(woven, point, loader);
    }
    return woven;
  }

  private static byte[] weave(byte[] original, KillPoint point, @Nullable ClassLoader loader) {
    ClassLoader resources = loader == null ? ClassLoader.getSystemClassLoader() : loader;
    ClassFile files =
        ClassFile.of(
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(resources)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    ClassModel model = files.parse(original);
    if (model.methods().stream().noneMatch(method -> isOf(point, method))) {
      throw new IllegalStateException(
          "The point \"%s\" has lost its method %s.%s"
              .formatted(point.label(), point.className(), point.method()));
    }
    CodeTransform calls =
        switch (point.where()) {
          case ENTRY -> new EntryCall(point);
          case EXIT -> exitCalls(point);
        };
    return files.transformClass(
        model, ClassTransform.transformingMethodBodies(method -> isOf(point, method), calls));
  }

  private static boolean isOf(KillPoint point, MethodModel method) {
    return method.methodName().equalsString(point.method()) && method.code().isPresent();
  }

  private static final class EntryCall implements CodeTransform {
    private final KillPoint point;

    EntryCall(KillPoint point) {
      this.point = point;
    }

    @Override
    public void atStart(CodeBuilder code) {
      call(code, point);
    }

    @Override
    public void accept(CodeBuilder code, java.lang.classfile.CodeElement element) {
      code.with(element);
    }
  }

  /** Before each return; an exception leaves without. */
  private static CodeTransform exitCalls(KillPoint point) {
    return (code, element) -> {
      if (element instanceof ReturnInstruction) {
        call(code, point);
      }
      code.with(element);
    };
  }

  private static void call(CodeBuilder code, KillPoint point) {
    code.ldc(point.name()).invokestatic(REACHED, "at", TAKES_NAME);
  }
}
