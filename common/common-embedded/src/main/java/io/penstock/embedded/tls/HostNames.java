package io.penstock.embedded.tls;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;

/**
 * The names and addresses that a server is reached by: always {@code localhost}, {@code 127.0.0.1}
 * and {@code ::1}.
 *
 * @param extra further ones, in lower case
 */
record HostNames(SortedSet<String> extra) {
  private static final String DNS_NAME =
      "(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*";
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

  /**
   * @throws IllegalArgumentException when one is neither a host name nor an address
   */
  static HostNames of(Collection<String> names) {
    var extra = new TreeSet<String>();
    for (String name : names) {
      String lower = name.strip().toLowerCase(Locale.ROOT);
      if (!isAddress(lower) && !lower.matches(DNS_NAME)) {
        throw new IllegalArgumentException("Neither a host name nor an address: " + name);
      }
      if (!LOOPBACK.contains(lower)) {
        extra.add(lower);
      }
    }
    return new HostNames(extra);
  }

  GeneralNames alternativeNames() {
    return new GeneralNames(
        all().stream().map(name -> generalName(name, "")).toArray(GeneralName[]::new));
  }

  /**
   * An authority with these constraints, stolen or trusted by mistake, is good for these names
   * only.
   */
  NameConstraints constraints() {
    var permitted =
        all().stream()
            .map(
                name ->
                    new GeneralSubtree(generalName(name, name.indexOf(':') < 0 ? "/32" : "/128")))
            .toArray(GeneralSubtree[]::new);
    return new NameConstraints(permitted, new GeneralSubtree[0]);
  }

  private List<String> all() {
    var all = new ArrayList<>(LOOPBACK);
    all.addAll(extra);
    return all;
  }

  private static GeneralName generalName(String name, String mask) {
    return isAddress(name)
        ? new GeneralName(GeneralName.iPAddress, name + mask)
        : new GeneralName(GeneralName.dNSName, name);
  }

  private static boolean isAddress(String name) {
    try {
      return InetAddress.ofLiteral(name) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
