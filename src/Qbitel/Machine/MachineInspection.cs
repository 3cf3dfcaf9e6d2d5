using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography;

namespace Qbitel.Machine;

/// <summary>Looks at the machine, changes nothing on it and connects to nothing.</summary>
internal sealed class MachineInspection(DataFolder folder, TimeProvider time)
{
    public MachineReport Report() => new(Product.Version, time.GetUtcNow(),
    [
        Runtime(), System(), OpenSsl(), PlatformLattices(), LatticeChoice.Finding(), HybridTls(), InstructionSets(),
        Lattices(), .. Modules(), .. DataFolderFindings.Of(folder),
    ]);

    private static Finding Runtime() =>
        new("runtime", ".NET", RuntimeInformation.FrameworkDescription, FindingState.Good,
        $"runs as {RuntimeInformation.RuntimeIdentifier} in a {RuntimeInformation.ProcessArchitecture} process");

    private static Finding System()
    {
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new("system", "System",
            $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors, {memory >> 20} MiB",
            memory < 512L << 20 ? FindingState.Limited : FindingState.Good,
            memory < 512L << 20 ? "little memory: discovery of large captures will be refused"
                : "enough for the server, whose idle process stays under 250 MiB");
    }

    private static Finding OpenSsl() => Libcrypto.Version() switch
    {
        null => new("openssl", "OpenSSL", "not found", FindingState.Problem,
            "X25519, Ed25519, TLS and every platform algorithm come from libcrypto",
            "Install OpenSSL 3: apt install openssl"),
        { Major: < 3 } old => new("openssl", "OpenSSL", old.ToString(3), FindingState.Problem,
            "the raw-key functions of libcrypto.so.3 are missing", "Install OpenSSL 3 or newer."),
        var version => new("openssl", "OpenSSL", version.ToString(3), FindingState.Good,
            "X25519, Ed25519 and the NIST curves are taken from it"),
    };

    private static Finding PlatformLattices()
    {
        bool kem = MLKem.IsSupported, signature = MLDsa.IsSupported;
        return kem && signature
            ? new("platform-pqc", "Platform ML-KEM, ML-DSA", "available", FindingState.Good,
                "the system's own implementation can be used and is compared with ours in the tests")
            : new("platform-pqc", "Platform ML-KEM, ML-DSA", "not available", FindingState.Note,
                "Qbitel's own implementation of FIPS 203 and 204 is used: nothing is missing",
                "OpenSSL 3.5 or newer brings the platform's.");
    }

    private static Finding HybridTls() => Libcrypto.Version() >= new Version(3, 5)
        ? new("hybrid-tls", "Hybrid TLS of this machine", "X25519MLKEM768", FindingState.Good,
            "TLS servers on this machine can negotiate the hybrid group")
        : new("hybrid-tls", "Hybrid TLS of this machine", "not available", FindingState.Limited,
            "scanning other hosts for hybrid groups works; a TLS server on this machine cannot offer one",
            "OpenSSL 3.5 or newer (Debian 13).");

    private static Finding InstructionSets()
    {
        IReadOnlyList<string> sets = Machine.InstructionSets.Found();
        return sets.Count == 0
            ? new("instructions", "Instruction sets", "none of interest", FindingState.Limited,
                "portable code paths are used: correct, and slower")
            : new("instructions", "Instruction sets", string.Join(", ", sets), FindingState.Note,
                "what vectorised code may use on this processor");
    }

    private static Finding Lattices() => CodePath.IsAvx2
        ? new("code-path", "Code path of ML-KEM, ML-DSA", CodePath.Name, FindingState.Good,
            "vectors; every path gives the same bytes, and 'qbitel bench pqc' says how fast each is here")
        : new("code-path", "Code path of ML-KEM, ML-DSA", CodePath.Name, FindingState.Limited,
            "correct and constant-time, and several times slower than with AVX2");

    private static IEnumerable<Finding> Modules()
    {
        IReadOnlyList<Pkcs11Module> found = Pkcs11Module.Find();
        if (found.Count == 0)
        {
            return [new("pkcs11", "PKCS#11 modules", "none found", FindingState.Note,
                "keys live in the software token, sealed on disk; a hardware token needs its vendor's module")];
        }

        return found.Select(module => new Finding("pkcs11", "PKCS#11 module", module.Path, FindingState.Note,
            $"{module.Vendor}; found on disk, not loaded"));
    }
}
