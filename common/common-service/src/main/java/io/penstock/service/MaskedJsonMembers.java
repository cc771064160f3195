package io.penstock.service;

import org.springframework.boot.json.JsonWriter.Members;
import org.springframework.boot.json.JsonWriter.ValueProcessor;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;

/**
 * Puts the service's name into each JSON log line and masks every text of it, message, stack trace
 * and MDC alike.
 */
public final class MaskedJsonMembers implements StructuredLoggingJsonMembersCustomizer<Object> {

  @Override
  public void customize(Members<Object> members) {
    members.add("service", _ -> ServiceName.current());
    members.applyingValueProcessor(
        ValueProcessor.of(String.class, text -> text == null ? null : SecretMask.mask(text)));
  }
}
