package io.penstock.storage.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.aws.Keyring;
import io.penstock.storage.mail.Mail;
import io.penstock.storage.mail.Mails;
import io.penstock.storage.mail.Mails.SealedMail;
import jakarta.mail.Message;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Through the second node, which has a mail server. */
class TokenShareIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Pattern TOKEN = Pattern.compile("<code>(12-\\d+-[0-9A-Za-z]+)</code>");

  private final Gateway gateway = Gateway.get();
  private final SecondNode second = SecondNode.get();
  private final Client master = gateway.master().at(second.address());
  private final String recipient = Gateway.unique("jane") + "@example.org";
  private final Client shared = created();

  private Client created() {
    JsonNode token = master.post("tokens", Map.of("description", "loader <b>")).json(201);
    return new Client(master.address(), token.path("token").asString(), token.path("id").asLong());
  }

  private Client.Answer share(Map<String, ?> body) {
    return master.post("tokens/" + shared.tokenId() + "/share", body);
  }

  private String link() throws Exception {
    Client.Answer answer = share(Map.of("recipientEmail", recipient, "message", "Hällo\nJane"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    return linkIn(received());
  }

  private MimeMessage received() throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (true) {
      for (MimeMessage mail : second.mail().getReceivedMessages()) {
        if (mail.getRecipients(Message.RecipientType.TO)[0].toString().equals(recipient)) {
          return mail;
        }
      }
      assertThat(System.nanoTime()).as("a mail to " + recipient).isLessThan(deadline);
      second.mail().waitForIncomingEmail(200, second.mail().getReceivedMessages().length + 1);
    }
  }

  private static String linkIn(MimeMessage mail) throws Exception {
    Matcher link =
        Pattern.compile("https://storage.test(/share/[A-Za-z0-9_-]{43})")
            .matcher(String.valueOf(mail.getContent()));
    assertThat(link.find()).isTrue();
    return link.group(1);
  }

  private HttpResponse<String> page(String method, String link) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create(second.address() + link))
              .method(method, BodyPublishers.noBody())
              .build(),
          BodyHandlers.ofString());
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String tokenOn(HttpResponse<String> page) {
    Matcher token = TOKEN.matcher(page.body());
    assertThat(token.find()).as(page.body()).isTrue();
    return token.group(1);
  }

  @Test
  void mailHasALinkThatShowsTheTokenOnceAndOnlyByItsButton() throws Exception {
    String link = link();
    MimeMessage mail = received();
    assertThat(mail.getSubject()).isEqualTo("A token of the project \"Analytics\"");
    assertThat(mail.getFrom()[0].toString()).isEqualTo("penstock@example.org");
    assertThat(String.valueOf(mail.getContent())).contains("Hällo").doesNotContain(shared.token());

    for (int scanner = 0; scanner < 3; scanner++) {
      HttpResponse<String> asked = page("GET", link);
      assertThat(asked.statusCode()).isEqualTo(200);
      assertThat(asked.body()).contains("<form method=\"post\">").doesNotContain("<code>");
    }
    HttpResponse<String> shown = page("POST", link);
    assertThat(shown.statusCode()).isEqualTo(200);
    assertThat(shown.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(shown.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(shown.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none'");

    String text = tokenOn(shown);
    JsonNode verified = master.with(text).get("tokens/verify").json(200);
    assertThat(verified.path("id").asLong()).isEqualTo(shared.tokenId());
    shared.get("tokens/verify").json(200);
    for (String method : List.of("GET", "POST")) {
      HttpResponse<String> again = page(method, link);
      assertThat(again.statusCode()).isEqualTo(404);
      assertThat(again.body()).doesNotContain("<code>").contains("opened before");
    }
    assertThat(events())
        .containsExactly("storage.tokenCreated", "storage.tokenShared", "storage.tokenShareOpened");
  }

  @Test
  void databaseKnowsNeitherLinkNorText() throws Exception {
    String link = link();
    String secret = link.substring(link.lastIndexOf('/') + 1);
    assertThat(everything()).doesNotContain(secret);

    String text = tokenOn(page("POST", link));

    assertThat(everything())
        .doesNotContain(secret)
        .doesNotContain(text.substring(text.lastIndexOf('-') + 1));
  }

  private String everything() {
    StringBuilder all = new StringBuilder();
    for (String table :
        List.of("token", "token_share", "token_secret", "outgoing_mail", "outbox_record")) {
      gateway
          .jdbc()
          .sql("SELECT t::text FROM " + table + " t")
          .query(
              rs -> {
                all.append(rs.getString(1)).append('\n');
              });
    }
    return all.toString();
  }

  @Test
  void manyWhoOpenOneLinkAtOnceSeeOneToken() throws Exception {
    String link = link();
    List<Future<Integer>> answers = new ArrayList<>();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 6; i++) {
        answers.add(threads.submit(() -> page("POST", link).statusCode()));
      }
    }

    assertThat(answers)
        .extracting(Future::resultNow)
        .containsExactlyInAnyOrder(200, 404, 404, 404, 404, 404);
  }

  @Test
  void linkIsOverAfterTwoHours() throws Exception {
    String link = link();

    second.clock().isAheadBy(Duration.ofHours(2).plusSeconds(1));
    try {
      assertThat(page("GET", link).statusCode()).isEqualTo(404);
      assertThat(page("POST", link).statusCode()).isEqualTo(404);
    } finally {
      second.clock().isAheadBy(Duration.ZERO);
    }
    assertThat(page("GET", link).statusCode()).isEqualTo(200);
  }

  @Test
  void refreshAndDeletionEndLinksAndWhatTheyHaveShown() throws Exception {
    String text = tokenOn(page("POST", link()));
    second.mail().purgeEmailFromAllMailboxes();
    String unopened = link();

    String refreshed =
        master
            .post("tokens/" + shared.tokenId() + "/refresh", Map.of())
            .json(200)
            .path("token")
            .asString();

    master.with(text).get("tokens/verify").assertRefused(401, "storage.tokenInvalid");
    assertThat(page("POST", unopened).statusCode()).isEqualTo(404);
    second.mail().purgeEmailFromAllMailboxes();
    String last = link();
    master.delete("tokens/" + shared.tokenId());
    assertThat(page("POST", last).statusCode()).isEqualTo(404);
    master.with(refreshed).get("tokens/verify").assertRefused(401, "storage.tokenInvalid");
  }

  @Test
  void mailWaitsForItsServer() throws Exception {
    second.mail().stop();
    try {
      assertThat(share(Map.of("recipientEmail", recipient, "message", "m")).status())
          .isEqualTo(204);
    } finally {
      second.mail().start();
    }

    assertThat(page("POST", linkIn(received())).statusCode()).isEqualTo(200);
  }

  @Test
  void mailThatNobodyCouldUseAnyMoreIsGivenUpAndToldOf() throws Exception {
    long before = lost();
    second.mail().stop();
    try {
      assertThat(share(Map.of("recipientEmail", recipient, "message", "m")).status())
          .isEqualTo(204);
      second.clock().isAheadBy(Duration.ofHours(3));
      long deadline = System.nanoTime() + 20_000_000_000L;
      while (lost() == before) {
        assertThat(System.nanoTime()).as("the mail is given up").isLessThan(deadline);
      }
    } finally {
      second.clock().isAheadBy(Duration.ZERO);
      second.mail().start();
    }

    assertThat(lost()).isEqualTo(before + 1);
    assertThat(gateway.jdbc().sql("SELECT count(*) FROM outgoing_mail").query(Long.class).single())
        .isZero();
  }

  /** Such as one whose key cannot be asked right now. */
  @Test
  void mailThatFailsHoldsUpNoOther() throws Exception {
    Mails mails = second.context().getBean(Mails.class);
    Keyring keyring = second.context().getBean(Keyring.class);
    List<SealedMail> good = new ArrayList<>();
    List<SealedMail> bad = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      good.add(mails.seal(12, new Mail(recipient, "Mail " + i, "text")));
      UUID id = UUID.randomUUID();
      byte[] context = ("mail:" + id).getBytes(UTF_8);
      bad.add(new SealedMail(id, 12, keyring.seal(12, "no JSON".getBytes(UTF_8), context)));
    }
    try {
      second
          .context()
          .getBean(TransactionTemplate.class)
          .executeWithoutResult(
              _ -> {
                for (int i = 0; i < 4; i++) {
                  write(bad.get(i));
                  write(good.get(i));
                }
              });

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(subjects())
                      .containsExactlyInAnyOrder("Mail 0", "Mail 1", "Mail 2", "Mail 3"));
      await().untilAsserted(() -> assertThat(waiting(bad, 2)).as("tried again").isEqualTo(4));
      await().until(() -> waiting(good, 0) == 0);
    } finally {
      gateway
          .jdbc()
          .sql("DELETE FROM outgoing_mail WHERE id = ANY(:ids)")
          .param("ids", bad.stream().map(SealedMail::id).toArray(UUID[]::new))
          .update();
    }
  }

  private void write(SealedMail mail) {
    second
        .context()
        .getBean(JdbcClient.class)
        .sql(
            """
            INSERT INTO outgoing_mail (id, project_id, sealed, origin, created_at, useless_at)
            VALUES (:id, :project, :sealed, '{}', now(), now() + interval '1 hour')
            """)
        .param("id", mail.id())
        .param("project", mail.projectId())
        .param("sealed", mail.sealed())
        .update();
  }

  private List<String> subjects() throws Exception {
    List<String> subjects = new ArrayList<>();
    for (MimeMessage mail : second.mail().getReceivedMessages()) {
      if (mail.getRecipients(Message.RecipientType.TO)[0].toString().equals(recipient)) {
        subjects.add(mail.getSubject());
      }
    }
    return subjects;
  }

  private long waiting(List<SealedMail> mails, int attempts) {
    return gateway
        .jdbc()
        .sql("SELECT count(*) FROM outgoing_mail WHERE id = ANY(:ids) AND attempts >= :attempts")
        .param("ids", mails.stream().map(SealedMail::id).toArray(UUID[]::new))
        .param("attempts", attempts)
        .query(Long.class)
        .single();
  }

  private long lost() {
    return gateway
        .jdbc()
        .sql("SELECT count(*) FROM outbox_record WHERE body LIKE '%storage.mailFailed%'")
        .query(Long.class)
        .single();
  }

  @Test
  void wrongRequestsAreRefusedAndSendNothing() {
    for (String address :
        Arrays.asList("", "jane", "jane@", "a@b, c@d", "a@b\r\nBcc: c@d", "a@" + "b".repeat(300))) {
      share(Map.of("recipientEmail", address, "message", "m"))
          .assertRefused(400, "storage.validation");
    }
    share(Map.of("recipientEmail", recipient)).assertRefused(400, "storage.validation");
    share(Map.of("recipientEmail", recipient, "message", " "))
        .assertRefused(400, "storage.validation");
    share(Map.of("message", "m")).assertRefused(400, "storage.validation");
    Map<String, String> right = Map.of("recipientEmail", recipient, "message", "m");
    master
        .post("tokens/" + master.tokenId() + "/share", right)
        .assertRefused(400, "storage.validation");
    master.post("tokens/999999999/share", right).assertRefused(404, "storage.tokens.notFound");
    shared.post("tokens/" + shared.tokenId() + "/share", right).assertRefused(403, "accessDenied");
    assertThat(page("GET", "/share/x").statusCode()).isEqualTo(404);
    assertThat(page("POST", "/share/" + "A".repeat(43)).statusCode()).isEqualTo(404);
    assertThat(events()).containsExactly("storage.tokenCreated");
  }

  @Test
  void installationWithoutAMailServerSaysSo() {
    gateway
        .master()
        .post(
            "tokens/" + shared.tokenId() + "/share",
            Map.of("recipientEmail", recipient, "message", "m"))
        .assertRefused(501, "notImplemented");
  }

  private List<String> events() {
    return gateway
        .jdbc()
        .sql(
            """
            SELECT body::jsonb ->> 'operation' FROM outbox_record
            WHERE body::jsonb ->> 'kind' = 'EVENT' AND body::jsonb -> 'object' ->> 'type' = 'token'
              AND body::jsonb -> 'object' ->> 'id' = :id ORDER BY number
            """)
        .param("id", Long.toString(shared.tokenId()))
        .query((rs, _) -> rs.getString(1))
        .list();
  }
}
