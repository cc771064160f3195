package io.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.model.Secret;
import org.junit.jupiter.api.Test;

class ServiceCredentialTest {
  private static final String TEXT = "0123456789abcdef0123456789abcdef";
  private final ServiceCredential credential = new ServiceCredential(Secret.of(TEXT));

  @Test
  void ownHeaderIsAccepted() {
    assertThat(credential.matches(credential.headerValue())).isTrue();
    assertThat(credential.matches("bearer " + TEXT)).isTrue();
  }

  @Test
  void anythingElseIsRefused() {
    assertThat(credential.matches(null)).isFalse();
    assertThat(credential.matches("")).isFalse();
    assertThat(credential.matches("Bearer ")).isFalse();
    assertThat(credential.matches("Basic " + TEXT)).isFalse();
    assertThat(credential.matches("Bearer " + TEXT + " ")).isFalse();
    assertThat(credential.matches("Bearer " + TEXT.substring(1))).isFalse();
  }

  @Test
  void weakSecretIsRefusedAndNeverShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServiceCredential(Secret.of("short")))
        .withMessageNotContaining("short");
    assertThat(credential.toString()).doesNotContain(TEXT);
  }
}
