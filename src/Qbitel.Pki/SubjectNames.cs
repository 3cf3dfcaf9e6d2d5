using System.Net;

namespace Qbitel.Pki;

/// <summary>The subject alternative names of a certificate or request.</summary>
/// <param name="Dns">As written, which for a request may be anything.</param>
/// <param name="Addresses">IPv4 and IPv6.</param>
/// <param name="Others">How many names there are of kinds we do not use: mail, URI, directory, other.</param>
public sealed record SubjectNames(IReadOnlyList<string> Dns, IReadOnlyList<IPAddress> Addresses, int Others)
{
    public static SubjectNames None { get; } = new([], [], 0);

    public int Count => Dns.Count + Addresses.Count + Others;

    public override string ToString()
    {
        List<string> all = [.. Dns, .. Addresses.Select(address => address.ToString())];
        if (Others > 0) all.Add($"{Others} of other kinds");
        return string.Join(", ", all);
    }
}
