package io.penstock.storage.web;

import io.penstock.aws.Keyring;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.IdempotencyKeys.Earlier;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Keeps the answers of calls that changed something under an {@code Idempotency-Key}, sealed under
 * the project's key because some hold a secret, and gives them again. An answer is kept before its
 * first byte leaves, but after its change is durable: should we end in between, the repeated call
 * is told so, and nothing is done twice.
 */
@RestControllerAdvice
class RepeatedAnswers implements ResponseBodyAdvice<Object>, HandlerInterceptor {
  private static final Logger log = LoggerFactory.getLogger(RepeatedAnswers.class);

  /** No call takes longer: clients give up after 30 seconds. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(28);

  private static final long PAUSE_MILLIS = 20;

  private final IdempotencyKeys keys;
  private final Keyring keyring;
  private final Clock clock;

  RepeatedAnswers(IdempotencyKeys keys, Keyring keyring, Clock clock) {
    this.keys = keys;
    this.keyring = keyring;
    this.clock = clock;
  }

  @Override
  public boolean supports(
      MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
    return true;
  }

  @Override
  public @Nullable Object beforeBodyWrite(
      @Nullable Object body,
      MethodParameter returned,
      MediaType type,
      Class<? extends HttpMessageConverter<?>> converter,
      ServerHttpRequest request,
      ServerHttpResponse response) {
    if (Call.isPresent() && response instanceof ServletServerHttpResponse servlet) {
      keep(servlet.getServletResponse().getStatus(), body);
    }
    return body;
  }

  /** Answers without a body pass no converter. */
  @Override
  public void postHandle(
      HttpServletRequest request,
      HttpServletResponse response,
      Object handler,
      @Nullable ModelAndView view) {
    if (Call.isPresent()) {
      keep(response.getStatus(), null);
    }
  }

  private void keep(int status, @Nullable Object body) {
    Call call = Call.current();
    IdempotencyKeys.Key key = call.takenKey();
    if (key == null || status >= 500) {
      return;
    }
    call.keyTaken(null);
    Caller caller = call.caller();
    byte[] text = (body == null ? "" : Json.write(body)).getBytes(StandardCharsets.UTF_8);
    try {
      keys.keep(
          caller.tokenId(),
          key,
          status,
          keyring.seal(caller.projectId(), text, context(caller, key)));
    } catch (RuntimeException e) {
      log.warn("The answer of call {} is not kept for repetitions", call.recordId(), e);
    }
  }

  /** The first answer: its status and its body. */
  record Kept(int status, byte[] body) {}

  Kept of(RepeatedCall repeated) {
    Caller caller = Call.current().caller();
    Earlier earlier = awaited(caller, repeated.key());
    if (earlier.status() == null || earlier.answer() == null) {
      throw new PlatformException(
          ErrorCode.IDEMPOTENCY_ANSWER_UNKNOWN,
          "The first call under this Idempotency-Key was carried out, but its answer was not kept:"
              + " look up what it made, and use a new key from now on");
    }
    try {
      return new Kept(
          earlier.status(),
          keyring.open(caller.projectId(), earlier.answer(), context(caller, repeated.key())));
    } catch (GeneralSecurityException e) {
      throw new PlatformException(ErrorCode.INTERNAL, "A kept answer cannot be opened", e);
    }
  }

  /** The first call's change is durable; its answer follows within moments, or with its job. */
  private Earlier awaited(Caller caller, IdempotencyKeys.Key key) {
    Earlier earlier = keys.earlier(caller.tokenId(), key);
    Duration left = LONGEST_CALL.minus(Duration.between(earlier.takenAt(), clock.instant()).abs());
    long end = System.nanoTime() + left.toNanos();
    while (earlier.status() == null && System.nanoTime() < end) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return earlier;
      }
      earlier = keys.earlier(caller.tokenId(), key);
    }
    return Objects.requireNonNull(earlier);
  }

  private static byte[] context(Caller caller, IdempotencyKeys.Key key) {
    return "answer:%d:%s".formatted(caller.tokenId(), key.text()).getBytes(StandardCharsets.UTF_8);
  }
}
