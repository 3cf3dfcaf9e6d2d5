namespace Qbitel.ConstantTime;

/// <summary>Which reports are of what a standard publishes, and which are leaks.</summary>
internal static class Verdict
{
    private static readonly Published[] Known =
    [
        new("the matrix comes from rho, which is in the public key",
            "MLKemSampling.SampleNtt", "MLKemSampling.Accept", "MLKemSampling.ExpandMatrix",
            "MLKemRejectionAvx2.Accept", "MLKemRejectionAvx2.Order",
            "MLDsaSampling.SampleNtt", "MLDsaSampling.ExpandMatrix", "MLDsaSampling.TakeBelowQ",
            "MLDsaSamplingAvx2.TakeBelowQ"),
        new("FIPS 204, Algorithm 31 rejects half-bytes; which ones says nothing of those that are kept",
            "MLDsaSampling.SampleBounded", "MLDsaSampling.ExpandSecret", "MLDsaSampling.TakeBounded",
            "MLDsaSamplingAvx2.TakeBounded", "MLDsaSamplingAvx2.TakeEight"),
        new("FIPS 204, Algorithm 7: whether an attempt is rejected, and the count of hints",
            "MLDsaSigningKey.Sign", "MLDsaSigningKey.TryRespond: bool", "MLDsaRing.Add: bool",
                "MLDsaRing.Subtract: bool"),
        new("the challenge is the first part of the signature", "MLDsaSampling.SampleInBall"),
        new("the hints are the last part of the signature", "MLDsaEncoding.PackHints"),
        new("Falcon, Algorithms 12 and 14: whether a candidate is rejected, and after how many random bytes",
            "GaussianSampler.Sample", "GaussianSampler.AcceptsExp: bool"),
        new("RFC 7748, section 6.1: whether the secret is zero", "LibCrypto.EVP_PKEY_derive"),
    ];

    public static int Print(IReadOnlyList<Finding> findings)
    {
        int failures = 0;
        foreach (Section section in Section.All)
        {
            Finding[] own = [.. findings.Where(finding => finding.Section == section.Name)];
            Finding[] leaks = [.. own.Where(finding => !Known.Any(known => known.Covers(finding)))];
            bool planted = section.Name is Section.PlantedBranch or Section.PlantedIndex;
            bool passed = leaks.Length > 0 == planted;
            failures += passed ? 0 : 1;
            string found = planted ? passed ? "found" : "NOT FOUND: the test is blind" : passed ? "ok" : "LEAK";
            Console.WriteLine($"{section.Name}: {found}");
            foreach (string line in leaks.Select(finding => finding.ToString()).Distinct(StringComparer.Ordinal))
                Console.WriteLine($"    {line}");
            foreach (Published known in Known)
            {
                int count = own.Count(known.Covers);
                if (count > 0) Console.WriteLine($"    {count} places excused: {known.Reason}");
            }
        }

        return failures == 0 ? 0 : 1;
    }

    /// <summary>Methods that may branch on bytes that were secret, and why: docs/security/soundness.md.</summary>
    private sealed record Published(string Reason, params string[] Methods)
    {
        public bool Covers(Finding finding) =>
            Methods.Any(method => finding.Method.EndsWith($".{method}", StringComparison.Ordinal));
    }
}
