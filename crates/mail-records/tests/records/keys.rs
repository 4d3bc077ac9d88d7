//! Public keys for the tests, in base64. Their private halves were thrown away when they were made.

/// `SubjectPublicKeyInfo`, 512 bits: never valid.
pub(crate) const RSA_512: &str = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALLXGyZixC/J0dM0LhnDCPzAwRDsa0zCWRyqo81c6kU2w8f+QjAnRYKX5m5peuQm816p\
     7hnobw+Hgy2xPtGfbccCAwEAAQ==";

/// `SubjectPublicKeyInfo`, 1023 bits: as many octets as one of 1024.
pub(crate) const RSA_1023: &str = "MIGeMA0GCSqGSIb3DQEBAQUAA4GMADCBiAKBgFv7Y9T44mwVnK5UgyNcenPi5D0VxCnCOpVxvGqJtl0tIiwPnGFlFrxe6uYVHMK1\
     Fqph5/1Tj8OvgWOhAWIczLUe0yCbdwrxDDGb9MRl5q/Vg/cXWOhPJCKZgkScq6ZTCRenN3jJpEupnmstaDir5hVjBU6153/Liz4E\
     QgbpND1/AgMBAAE=";

/// `SubjectPublicKeyInfo`, 1024 bits.
pub(crate) const RSA_1024: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCme0BZygyr3QX1Ye1aiiIz8fJP1LP65DVRFFM+LgUgrExykwR++ZrnIPXjrHjf\
     gn1dgEQINUPWnDFPpKx6x5nGGkFaL5eUKjcb9RkgG+g2c8MPJQ+4elKBegk3HDZ2pfcIn3GvawSzAMc2lyuOSvcMMsgcyQhCCah5\
     SAd96A7ncQIDAQAB";

/// `SubjectPublicKeyInfo`, 2048 bits.
pub(crate) const RSA_2048: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw2zScsQLYlriblJQAlGtfTY0IC1X1JNyl9rm79kLJ2CiHWqDJGwO99d0\
     o633cgfY9SP0KdqEn2d0EKQMTLbR7M31VADryfLZFYgX9Su6onvKAiMXbuwRPcmhqzqXdkrAbmPOOaC8lgL9RWDCPf4B9LDBgxJb\
     hrHKeP3Rg77GyoP6XsDzOwAtzeVwnWKrS+aERQsSCxKwCVFzv9wTpjoK/iv8wg//AL6qmH1UrJ1YvgpPITApkEQSjgGc+895pa4o\
     W8IG1aFnNU37zYxJsM02yad5b8DNKGi3tiQJhhvVyX0PXaKfsTMFaP+xw11wybA8cty7/3iLcx7bpHrkHQc7owIDAQAB";

/// A bare `RSAPublicKey`, 2048 bits.
pub(crate) const RSA_2048_PKCS1: &str = "MIIBCgKCAQEAw2zScsQLYlriblJQAlGtfTY0IC1X1JNyl9rm79kLJ2CiHWqDJGwO99d0o633cgfY9SP0KdqEn2d0EKQMTLbR7M31\
     VADryfLZFYgX9Su6onvKAiMXbuwRPcmhqzqXdkrAbmPOOaC8lgL9RWDCPf4B9LDBgxJbhrHKeP3Rg77GyoP6XsDzOwAtzeVwnWKr\
     S+aERQsSCxKwCVFzv9wTpjoK/iv8wg//AL6qmH1UrJ1YvgpPITApkEQSjgGc+895pa4oW8IG1aFnNU37zYxJsM02yad5b8DNKGi3\
     tiQJhhvVyX0PXaKfsTMFaP+xw11wybA8cty7/3iLcx7bpHrkHQc7owIDAQAB";

/// `SubjectPublicKeyInfo`, 4096 bits.
pub(crate) const RSA_4096: &str = "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAzB8T/TK0E4UjWz/rsPihJQFjdPjWlDl8iWmA/wXbyWSZGCo0hpEbneg4\
     VtldE+Bt9E3flWvMdnF2pGJiH7stZrHiRK4Ch5FjBg5wrZf5svDS4WU0vkf+zY783tSryQj8m+dy7CC8+mW+vf8X82tXqW+G6uHl\
     x8WzeuaeDDyQw7Xyh68Lz1HrCfPkOGWlHuMXic6nIF8iqN7ym3DHtRhNWgW4C9mzOhxynVUx6UqDHDPP/VnqFRP1Bil/0sn0b0Qb\
     NRdgXAqYvDegKehC+uUr3kc3wh4N6Pcp7gbwCqXvXBFGXPHoWJPJOjp/UB9o0ak5wjzKhZ2iPiFpXB5y2ccu8BXXkjwiY8dAcLJS\
     2JBJjBvSkMr6ejT1jCcjxaQakSGjaTRtS2e/iLJ35IyPFbggJDGnFOL6b4XAHVJSDgYyBJ1q5ktJ6W1wH07E/49qMhcqGbMxmTkZ\
     TMHOBF9TU01+KJGC4mFe7s5oRSNO3jro9IpIvz8pUOmB8GRTHM0bzCKLAWE8TnEYbHqBoY6rYsLc1rKp50T0qFJF/Eq7IHQenIGk\
     mrDhCJK3Mk4rQ8P1RxVErJl/vga1gMswmVq7LXY+WpRmbMWxv1stDRPG+ibVo8dEALaRGtE68nJUIM26nOlO1JmTllTqwyT7EaLL\
     dkeZJHTp8kRzs8GLAT/PclYlKUECAwEAAQ==";

/// The public test key of RFC 8032 7.1, raw.
pub(crate) const ED25519: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// The same key as `SubjectPublicKeyInfo`: 60 characters that no verifier wants.
pub(crate) const ED25519_SPKI: &str =
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
