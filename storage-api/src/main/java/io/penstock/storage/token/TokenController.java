package io.penstock.storage.token;

import io.penstock.model.Secret;
import io.penstock.storage.access.Caller;
import io.penstock.storage.token.TokenJson.Form;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Allow.Right;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Contract chapter 2.2. A token's text is shown when it is made, and to its own bearer. */
@RestController
@RequestMapping("/v2/storage/tokens")
class TokenController {
  private final Tokens tokens;
  private final TokenJson json;

  TokenController(Tokens tokens, TokenJson json) {
    this.tokens = tokens;
    this.json = json;
  }

  @GetMapping
  @Allow(Right.ANY_TOKEN)
  List<Map<String, Object>> list(Caller caller) {
    return json.list(caller.projectId(), tokens.visibleTo(caller), Call.current().baseUrl());
  }

  @PostMapping
  @Allow(Right.ANY_TOKEN)
  @ResponseStatus(HttpStatus.CREATED)
  Map<String, Object> create(Caller caller, Params params) {
    Tokens.Issued issued = tokens.create(caller, params);
    return json.one(issued.token(), issued.text(), Call.current().baseUrl(), Form.SHORT);
  }

  @GetMapping("/verify")
  @Allow(Right.ANY_TOKEN)
  Map<String, Object> verify(Caller caller) {
    Token own = tokens.require(caller, Long.toString(caller.tokenId()));
    return json.one(own, caller.token(), Call.current().baseUrl(), Form.VERIFY);
  }

  @GetMapping("/{id}")
  @Allow(Right.ANY_TOKEN)
  Map<String, Object> detail(Caller caller, @PathVariable String id) {
    Token token = tokens.require(caller, id);
    return json.one(token, textFor(caller, token), Call.current().baseUrl(), Form.DETAIL);
  }

  @PutMapping("/{id}")
  @Allow(Right.MANAGE_TOKENS)
  Map<String, Object> update(Caller caller, @PathVariable String id, Params params) {
    Token token = tokens.update(caller, id, params);
    return json.one(token, textFor(caller, token), Call.current().baseUrl(), Form.DETAIL);
  }

  @DeleteMapping("/{id}")
  @Allow(Right.ANY_TOKEN)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(Caller caller, @PathVariable String id) {
    tokens.delete(caller, id);
  }

  private static @Nullable Secret textFor(Caller caller, Token token) {
    return token.id() == caller.tokenId() ? caller.token() : null;
  }
}
