package io.github.drkit.minio.postgres;

import java.util.Map;

/** Says in SQL how a database compares text. */
final class Locales {

    private Locales() {}

    /** Returns the clauses of CREATE DATABASE for what a manifest says of the original. */
    static String clause(Map<String, String> attributes) {
        StringBuilder sql = new StringBuilder("ENCODING ")
                .append(Names.literal(attributes.getOrDefault("encoding", "UTF8")))
                .append(" LC_COLLATE ")
                .append(Names.literal(attributes.getOrDefault("collate", "C")))
                .append(" LC_CTYPE ")
                .append(Names.literal(attributes.getOrDefault("ctype", "C")));
        String provider = attributes.getOrDefault("locale-provider", "libc");
        String locale = Names.literal(attributes.getOrDefault("locale", ""));
        if (provider.equals("icu")) {
            sql.append(" LOCALE_PROVIDER icu ICU_LOCALE ").append(locale);
        } else if (provider.equals("builtin")) {
            sql.append(" LOCALE_PROVIDER builtin BUILTIN_LOCALE ").append(locale);
        }
        return sql.toString();
    }
}
