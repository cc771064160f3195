package io.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {
  private static final String HIDDEN = "Zq8vT2mN4bX7cL1kR9wY3sD6fG5hJ0pA";

  @Test
  void tokensKeepTheirIdsOnly() {
    assertThat(SecretMask.mask("token 12-44-" + HIDDEN + " of project 12"))
        .isEqualTo("token 12-44-****** of project 12");
    assertThat(SecretMask.mask("(7-" + HIDDEN + ")")).isEqualTo("(7-******)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-StorageApi-Token: 12-44-%s",
        "X-KBC-ManageApiToken=[7-%s]",
        "GET /v2/storage/events?q=params.password%%3A%s",
        "Authorization: Bearer %s",
        "Authorization: Basic %s",
        "authorization=[Bearer %s]",
        "sent Bearer %s to audit-service",
        "{\"SecretAccessKey\":\"%s\",\"Expiration\":\"2030-01-02T10:00:00Z\"}",
        "{\"SessionToken\" : \"%s/+==\"}",
        "{\\\"sessionToken\\\":\\\"%s\\\"}",
        "aws_secret_access_key = %s",
        "secret-access-key: %s",
        "Credentials(accessKeyId=AKIA1, secretAccessKey=%s, sessionToken=x%s)",
        "GET /k?X-Amz-Security-Token=%s%%2F&X-Amz-Signature=00%s HTTP/1.1",
        "jdbc:postgresql://localhost/12?user=p12_writer&password=%s&ssl=true",
        "jdbc:postgresql://p12_writer:%s@localhost/12",
        "postgresql://p12_writer:a@b:c%s@localhost/12",
        "{\"#apiKey\":\"two words %s\",\"url\":\"x\"}",
        "{\\\"#value\\\": \\\"%s\\\"}",
        "{\"password\":\"with \\\"quotes\\\" and, commas %s\"}",
        "password='it is %s'",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=%s/x+==;EndpointSuffix=core",
        "{\"accountKey\":\"%s==\"}",
        "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=%s=",
        "BlobEndpoint=https://a.blob.core;SharedAccessSignature=sv=2022&sp=r&sig=%s%%3D",
        "Authorization: SharedAccessSignature sr=a&sig=%s&se=1&skn=root",
        "https://a.blob.core.windows.net/c/b?sv=2022-11-02&sig=%s%%2F%%3D&sp=r",
        "https://a.blob.core.windows.net/c/b?sig=%s",
        "from=https%%3A%%2F%%2Fa%%3Fsv%%3D2022%%26sig%%3D%s%%26sp%%3Dr",
        "{\"url\":\"https://a/c?sv=1\\u0026sig=%s\"}",
        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----",
      })
  void secretIsGone(String template) {
    String line = template.replace("%%", "%").replace("%s", HIDDEN);

    assertThat(SecretMask.mask(line)).contains(SecretMask.MASK).doesNotContain(HIDDEN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"password\":\"a\\\"b\",\"user\":\"jane\"}|{\"password\":\"******\",\"user\":\"jane\"}",
        "password=abc&user=jane|password=******&user=jane",
        "AccountName=a;AccountKey=b==;Suffix=c|AccountName=a;AccountKey=******;Suffix=c",
        "https://a/b?sv=1&sig=c%2F&sp=r|https://a/b?sv=1&sig=******&sp=r",
        "Authorization: Bearer abc, Accept: text/html|Authorization: ******, Accept: text/html",
        "jdbc:postgresql://jane:pw@db/12|jdbc:postgresql://jane:******@db/12"
      })
  void whatStandsAroundASecretStays(String line, String masked) {
    assertThat(SecretMask.mask(line)).isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Imported 12 rows into in.c-main.users at 2030-01-02T10:00:00+0100",
        "record 0198aaaa-0000-7000-8000-000000000001 kept: primaryKeys: [id], tokenId=44",
        "http://localhost:8080/v2/storage?runId=1.2&limit=100",
        "accessKeyId=AKIA1234",
        "AccountName=a;SharedAccessKeyName=root",
        "http://localhost/c?config=12&design=3&x-sig=4&my.sig=5&signed=6",
        "{\"token\":{\"id\":44,\"name\":\"jane@example.org\"}}",
        ""
      })
  void harmlessTextStaysTheSameObject(String line) {
    assertThat(SecretMask.mask(line)).isEqualTo(line);
  }

  @Test
  void hostileTextTakesLinearTime() {
    String digits = "1".repeat(500_000);
    String names = "token=".repeat(100_000);
    String quoted = "{\"password\":\"" + "\\\"a".repeat(300_000) + HIDDEN + "\"}";
    String urls = "http://" + "a:".repeat(200_000) + "@";

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          assertThat(SecretMask.mask(digits + "-" + HIDDEN)).doesNotContain(HIDDEN);
          assertThat(SecretMask.mask(names)).isNotEmpty();
          assertThat(SecretMask.mask(quoted)).isEqualTo("{\"password\":\"******\"}");
          assertThat(SecretMask.mask(urls)).isNotEmpty();
          assertThat(SecretMask.mask("\"#" + "\\".repeat(2_000_000))).isNotEmpty();
          assertThat(SecretMask.mask("://".repeat(1_000_000))).isNotEmpty();
        });
  }
}
