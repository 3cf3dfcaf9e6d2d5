namespace Qbitel.Machine;

/// <summary>A PKCS#11 library on this machine's disk.</summary>
internal sealed record Pkcs11Module(string Vendor, string Path)
{
    // Default installation paths, from the vendors' and distributions' documentation.
    private static readonly Pkcs11Module[] Usual =
    [
        new("SoftHSM 2", "/usr/lib/softhsm/libsofthsm2.so"),
        new("SoftHSM 2", "/usr/local/lib/softhsm/libsofthsm2.so"),
        new("OpenSC", "/usr/lib/{triplet}/opensc-pkcs11.so"),
        new("NSS softoken", "/usr/lib/{triplet}/nss/libsoftokn3.so"),
        new("NSS softoken", "/usr/lib/{triplet}/libsoftokn3.so"),
        new("TPM 2.0", "/usr/lib/{triplet}/libtpm2_pkcs11.so.1"),
        new("YubiHSM 2", "/usr/lib/{triplet}/pkcs11/yubihsm_pkcs11.so"),
        new("Thales Luna", "/usr/safenet/lunaclient/lib/libCryptoki2_64.so"),
        new("Thales Luna", "/opt/safenet/lunaclient/lib/libCryptoki2_64.so"),
        new("Entrust nShield", "/opt/nfast/toolkits/pkcs11/libcknfast.so"),
        new("Utimaco", "/opt/utimaco/lib/libcs_pkcs11_R3.so"),
        new("AWS CloudHSM", "/opt/cloudhsm/lib/libcloudhsm_pkcs11.so"),
        new("Securosys Primus", "/usr/local/primus/lib/libprimusP11.so"),
    ];

    private static readonly string[] Triplets = ["x86_64-linux-gnu", "aarch64-linux-gnu"];

    /// <summary>Those that are there, each file once however many names lead to it.</summary>
    public static IReadOnlyList<Pkcs11Module> Find() =>
    [
        .. Usual.SelectMany(module =>
            Triplets.Select(triplet =>
                module with { Path = module.Path.Replace("{triplet}", triplet, StringComparison.Ordinal) }))
            .Where(module => File.Exists(module.Path))
            .DistinctBy(module => File.ResolveLinkTarget(module.Path, returnFinalTarget: true)?.FullName ?? module.Path,
                StringComparer.Ordinal),
    ];
}
