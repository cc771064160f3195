package io.penstock.storage.token;

import io.penstock.storage.access.Caller;
import io.penstock.storage.token.TokenJson.Form;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Allow.Right;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Contract chapter 2.2. A token's text is shown when it is made, and to its own bearer. */
@RestController
@RequestMapping("/v2/storage/tokens")
class TokenController {
  private final Tokens tokens;
  private final TokenShares shares;
  private final VerifiedTokens verified;
  private final VerifiedBodies bodies;
  private final TokenJson json;

  TokenController(
      Tokens tokens,
      TokenShares shares,
      VerifiedTokens verified,
      VerifiedBodies bodies,
      TokenJson json) {
    this.tokens = tokens;
    this.verified = verified;
    this.bodies = bodies;
    this.shares = shares;
    this.json = json;
  }

  @GetMapping
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> list(Caller caller) {
    return Answers.ok(json.list(caller, tokens.visibleTo(caller)));
  }

  @PostMapping
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> create(Caller caller, Params params) {
    Tokens.Issued issued = tokens.create(caller, params);
    return Answers.created(json.one(caller, issued.token(), issued.text(), Form.SHORT));
  }

  @GetMapping("/verify")
  @Allow(value = Right.ANY_TOKEN, comparedByHandler = true)
  void verify(Caller remembered, HttpServletResponse response) throws IOException {
    VerifiedBodies.Body body = bodies.of(verified.of(remembered));
    Answers.write(response, body.text(), body.tag());
  }

  /** Was the key for a service that is no more. Old clients read the field, so it is there. */
  @GetMapping("/keen")
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> keen() {
    return Answers.ok(Map.of("keenToken", "none-there-is-no-such-service"));
  }

  @GetMapping("/{id}")
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> detail(Caller caller, @PathVariable String id) {
    return Answers.ok(json.one(caller, tokens.require(caller, id), Form.DETAIL));
  }

  @PutMapping("/{id}")
  @Allow(Right.MANAGE_TOKENS)
  ResponseEntity<Object> update(Caller caller, @PathVariable String id, Params params) {
    return Answers.ok(json.one(caller, tokens.update(caller, id, params), Form.DETAIL));
  }

  @PostMapping("/{id}/refresh")
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> refresh(Caller caller, @PathVariable String id) {
    Tokens.Issued issued = tokens.refresh(caller, id);
    return Answers.ok(json.one(caller, issued.token(), issued.text(), Form.SHORT));
  }

  @PostMapping("/{id}/share")
  @Allow(Right.MANAGE_TOKENS)
  ResponseEntity<Object> share(Caller caller, @PathVariable String id, Params params) {
    shares.share(caller, id, params);
    return Answers.noContent();
  }

  @DeleteMapping("/{id}")
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> delete(Caller caller, @PathVariable String id) {
    tokens.delete(caller, id);
    return Answers.noContent();
  }
}
