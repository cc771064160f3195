package io.penstock.storage.token;

import io.penstock.model.PlatformException;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Allow.Right;
import java.nio.charset.StandardCharsets;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The page behind a shared link. Mail scanners follow links, so that only its button, a POST, shows
 * the token. Nothing of it is kept by browsers or told to others.
 */
@RestController
@RequestMapping("/share/{link}")
class SharePageController {
  private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Shared token</title>
      <style>
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
      code { display: block; padding: 1rem; background: #f0f0f0; color: #111; overflow-wrap: anywhere }
      button { font: inherit; padding: .5rem 1rem }
      </style>
      </head>
      <body>
      <h1>Shared token</h1>
      {content}
      </body>
      </html>
      """;
  private static final String ASK =
      """
      <p>Somebody shares a token with you. It is shown once: have a safe place for it ready.</p>
      <form method="post"><button>Show the token</button></form>\
      """;
  private static final String SHOW =
      """
      <p>Copy the token now: this page cannot be opened again.</p>
      <code>{token}</code>\
      """;
  private static final String GONE =
      "<p>This link was opened before, or its two hours are over. Ask its sender for another.</p>";

  private final TokenShares shares;

  SharePageController(TokenShares shares) {
    this.shares = shares;
  }

  @GetMapping
  @Allow(Right.EVERYBODY)
  ResponseEntity<String> ask(@PathVariable String link) {
    return shares.isOpen(link) ? page(200, ASK) : page(404, GONE);
  }

  @PostMapping
  @Allow(Right.EVERYBODY)
  ResponseEntity<String> show(@PathVariable String link) {
    try {
      return page(200, SHOW.replace("{token}", shares.open(link).reveal()));
    } catch (PlatformException e) {
      if (e.code().httpStatus() != 404) {
        throw e;
      }
      return page(404, GONE);
    }
  }

  private static ResponseEntity<String> page(int status, String content) {
    return ResponseEntity.status(status)
        .contentType(HTML)
        .cacheControl(CacheControl.noStore())
        .header("Referrer-Policy", "no-referrer")
        .header("X-Content-Type-Options", "nosniff")
        .header("X-Robots-Tag", "noindex")
        .header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
                + " frame-ancestors 'none'; base-uri 'none'")
        .body(PAGE.replace("{content}", content));
  }
}
