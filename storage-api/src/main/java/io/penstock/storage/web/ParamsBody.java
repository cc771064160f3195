package io.penstock.storage.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** Parameters for handlers that read some bodies themselves, see {@link StreamedForm}. */
public final class ParamsBody {
  private ParamsBody() {}

  /** The parameters of a body that is small enough to be held, kept for the call's record. */
  public static Params read(HttpServletRequest request) throws IOException {
    Params params = ParamsReader.read(request);
    Call.current().sent(MaskedValues.bounded(params.all()));
    Call.current().cameWith(IdempotencyKeys.ofRequest(params.all()).orElse(null));
    return params;
  }
}
