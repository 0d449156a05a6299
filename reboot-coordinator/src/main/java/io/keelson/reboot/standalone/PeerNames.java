package io.keelson.reboot.standalone;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** The names in the certificate a client showed: DNS and URI alternatives, and the common name. */
final class PeerNames {
    private static final int DNS = 2;
    private static final int URI = 6;

    private PeerNames() {}

    static Set<String> of(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                    ? of(certificate)
                    : Set.of();
        } catch (SSLPeerUnverifiedException e) {
            // It showed none.
            return Set.of();
        }
    }

    static Set<String> of(X509Certificate certificate) {
        var names = new HashSet<String>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> each : alternatives) {
                    boolean isName = each.getFirst().equals(DNS) || each.getFirst().equals(URI);
                    if (isName && each.get(1) instanceof String name) {
                        names.add(name);
                    }
                }
            }
            new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .forEach(part -> names.add(String.valueOf(part.getValue())));
        } catch (CertificateParsingException | InvalidNameException e) {
            // A certificate whose names cannot be read proves none.
            return Set.of();
        }
        return names;
    }
}
