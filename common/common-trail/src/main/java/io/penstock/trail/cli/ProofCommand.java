package io.penstock.trail.cli;

import io.penstock.model.Json;
import io.penstock.trail.RecordProof;
import io.penstock.trail.RecordProof.Outcome.Proven;
import io.penstock.trail.RecordProof.Outcome.Refuted;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code audit proof}: one exported proof. */
@Command(
    name = "proof",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = ExitCode.WRONG_USE,
    description = "Checks one exported proof that a record stands in the log.")
final class ProofCommand implements Callable<Integer> {
  private static final int LONGEST = 4 << 20;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KeyOptions keys = new KeyOptions();
  @Mixin private OriginOptions origin = new OriginOptions();

  @Parameters(paramLabel = "FILE", description = "The proof, as GET /v2/audit/proof/{id} gives it.")
  private Path file = Path.of("");

  @Option(names = "--json", description = "Prints the outcome as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    return Check.run(spec.commandLine().getErr(), this::check);
  }

  private int check() {
    RecordProof proof = Texts.parse(file, LONGEST, RecordProof::parse);
    PrintWriter out = spec.commandLine().getOut();
    return switch (proof.verify(keys.read(), origin.name())) {
      case Proven proven -> {
        out.println(json ? json(proof, proven) : text(proof, proven));
        yield ExitCode.VERIFIED;
      }
      case Refuted refuted -> {
        out.println(
            json
                ? Json.write(Map.of("verified", false, "reason", refuted.reason()))
                : "NOT VERIFIED: " + Texts.printable(refuted.reason()));
        yield ExitCode.NOT_VERIFIED;
      }
    };
  }

  private static String text(RecordProof proof, Proven proven) {
    JsonNode record = Json.mapper().readTree(proof.entry()).path("record");
    return "VERIFIED: record %d of %s (%,d records), signed by %s%n%s %s: %s%n%s"
        .formatted(
            proof.index(),
            Texts.printable(proven.checkpoint().origin()),
            proven.checkpoint().size(),
            String.join(", ", proven.keys().stream().map(VerifyReport::shortly).toList()),
            Texts.printable(record.path("time").asString("")),
            Texts.printable(record.path("id").asString("")),
            Texts.printable(record.path("message").asString("")),
            Texts.printable(proof.entry()));
  }

  private static String json(RecordProof proof, Proven proven) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("verified", true);
    json.put("index", proof.index());
    json.put("origin", proven.checkpoint().origin());
    json.put("size", proven.checkpoint().size());
    json.put("root", proven.checkpoint().root().base64());
    json.put("signedBy", proven.keys().stream().map(VerifyReport::shortly).toList());
    json.put("entry", Json.mapper().readTree(proof.entry()));
    return Json.write(json);
  }
}
