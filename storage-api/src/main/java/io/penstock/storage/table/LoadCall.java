package io.penstock.storage.table;

import io.penstock.storage.web.Params;

/** What a call asks to be loaded. */
record LoadCall(Params params) {
  static LoadCall without(Params params) {
    return new LoadCall(params);
  }
}
