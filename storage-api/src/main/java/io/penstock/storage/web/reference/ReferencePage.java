package io.penstock.storage.web.reference;

import io.penstock.storage.web.Allow;
import io.penstock.storage.web.reference.OpenApiDocument.Route;
import java.util.List;
import java.util.Map;
import org.springframework.web.util.HtmlUtils;

/**
 * The reference as a page: no script, nothing from elsewhere, readable on a phone and on paper.
 * Every text is escaped, ours too.
 */
final class ReferencePage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: light-dark(#d5dbe3, #39424e); --soft: light-dark(#f4f6f9, #1b2129); }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
      nav { display: flex; flex-wrap: wrap; gap: .4rem 1rem; padding: .8rem 0; border-block: 1px solid var(--line); }
      h2 { margin-top: 2.5rem; }
      section { border: 1px solid var(--line); border-radius: 6px; margin: 1rem 0; overflow-wrap: anywhere; }
      section > h3 { font: 600 .95rem/1.4 ui-monospace, monospace; margin: 0; padding: .6rem .8rem; background: var(--soft); }
      section > p, section > table, section > ul { margin: .6rem .8rem; }
      table { border-collapse: collapse; width: calc(100% - 1.6rem); }
      th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); font-size: .9rem; }
      code, .m { font-family: ui-monospace, monospace; font-size: .9em; }
      .m { display: inline-block; min-width: 4rem; }
      th:nth-child(1) { width: 13rem; }
      th:nth-child(2) { width: 6rem; }
      td:nth-child(2) { overflow-wrap: normal; }
      @media (max-width: 40rem) {
        tr { display: grid; grid-template-columns: 1fr auto; border-bottom: 1px solid var(--line); }
        th, td { border: 0; width: auto; }
        th:nth-child(2) { width: auto; text-align: right; }
        td:nth-child(3) { grid-column: 1 / -1; padding-top: 0; }
        td:empty, th:empty { display: none; }
      }
      """;

  private final StringBuilder html = new StringBuilder();

  private ReferencePage() {}

  static String of(List<Route> routes, String baseUrl) {
    ReferencePage page = new ReferencePage();
    page.head(baseUrl);
    page.contents(routes);
    String chapter = "";
    for (Route route : routes) {
      ReferenceEntry said = route.said();
      if (said == null) {
        continue;
      }
      if (!said.tag().equals(chapter)) {
        chapter = said.tag();
        page.add("<h2 id=\"%s\">%s</h2>", chapter, chapter);
      }
      page.route(route, said);
    }
    page.html.append("</main></body></html>");
    return page.html.toString();
  }

  private void head(String baseUrl) {
    html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<title>Penstock Storage API</title><style>")
        .append(STYLE)
        .append("</style></head><body><main><h1>Penstock Storage API</h1>");
    add(
        "<p>Base address <code>%s/v2/storage</code>. Send the token in"
            + " <code>X-StorageApi-Token</code>. As an OpenAPI document: <a"
            + " href=\"/v2/storage/openapi.json\">openapi.json</a>.</p>",
        baseUrl);
    html.append(
        "<p>Bodies may be JSON, bracketed form fields or multipart. Status 202 means that the body"
            + " is a job: poll it until its status is <code>success</code> or <code>error</code>."
            + " Every refusal has <code>error</code>, <code>code</code> and"
            + " <code>exceptionId</code>; every answer has its audit record's id in"
            + " <code>X-Penstock-Record-Id</code>. An <code>Idempotency-Key</code> on a POST makes"
            + " repeating it safe for 24 hours; <code>If-None-Match</code> on details and lists"
            + " saves an unchanged answer.</p>");
  }

  private void contents(List<Route> routes) {
    html.append("<nav>");
    routes.stream()
        .map(Route::said)
        .filter(java.util.Objects::nonNull)
        .map(ReferenceEntry::tag)
        .distinct()
        .forEach(tag -> add("<a href=\"#%s\">%s</a>", tag, tag));
    html.append("</nav>");
  }

  private void route(Route route, ReferenceEntry said) {
    add(
        "<section><h3><span class=\"m\">%s</span> %s</h3><p>%s.%s</p>",
        route.method(),
        said.path(),
        said.summary(),
        route.right() == Allow.Right.EVERYBODY ? " No token needed." : "");
    fields("Query", said.query());
    fields("Body", said.body());
    html.append("<p>Answers: ");
    String comma = "";
    for (Map.Entry<Integer, String> answer : said.answers().entrySet()) {
      html.append(comma);
      add("<code>%s</code> %s", answer.getKey().toString(), answer.getValue());
      comma = ", ";
    }
    html.append(said.answers().isEmpty() ? "always refused" : "").append("</p></section>");
  }

  private void fields(String title, Map<String, String> fields) {
    if (fields.isEmpty()) {
      return;
    }
    add("<table><tr><th>%s</th><th>Type</th><th></th></tr>", title);
    fields.forEach(
        (name, text) -> {
          int space = text.indexOf(' ');
          String type = space < 0 ? text : text.substring(0, space);
          add(
              "<tr><td><code>%s</code></td><td><code>%s</code></td><td>%s%s</td></tr>",
              name,
              type.replace("!", ""),
              type.endsWith("!") ? "Required. " : "",
              space < 0 ? "" : text.substring(space + 1));
        });
    html.append("</table>");
  }

  private void add(String template, String... values) {
    Object[] escaped = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      escaped[i] = HtmlUtils.htmlEscape(values[i]);
    }
    html.append(template.formatted(escaped));
  }
}
