using Qbitel.Hsm.Pkcs11.Interop;

namespace Qbitel.Hsm.Pkcs11.Configuration;

/// <summary>
/// What differs from vendor to vendor and cannot be asked of the module: where it is, and its peculiarities. What a
/// token can do is never written here; it is asked of its slot.
/// </summary>
internal sealed record Pkcs11Vendor(string Name, string Title)
{
    private static readonly string[] Triplets = ["x86_64-linux-gnu", "aarch64-linux-gnu"];

    /// <summary>
    /// Where the vendor's package puts the module; <c>{triplet}</c> is Debian's name of the processor.
    /// </summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Libraries beside the module to load before it, so that the system's older ones are not taken.</summary>
    public IReadOnlyList<string> LoadFirst { get; init; } = [];

    /// <summary>C_Initialize takes the folder of the key database as a string of this form.</summary>
    public string? InitializeFormat { get; init; }

    /// <summary>
    /// The device makes the nonce of AES-GCM itself and writes it where the parameter points, as FIPS 140 asks.
    /// </summary>
    public bool DeviceMakesGcmNonce { get; init; }

    /// <summary>
    /// The attribute in which a module wants the public point of an EC key it unwraps, where the PKCS#8 may lack it.
    /// </summary>
    public Cka? PointOfUnwrappedKey { get; init; }

    /// <summary>
    /// A search in one session takes hold of an object that another session is still writing, and spoils it: none runs
    /// while token objects are made or destroyed.
    /// </summary>
    public bool SearchesSpoilChanges { get; init; }

    /// <summary>Keys live in hardware that is certified for it; a soft token says otherwise of itself.</summary>
    public bool IsHardware { get; init; } = true;

    /// <summary>Against what this provider was tested, for people.</summary>
    public string Tested { get; init; } = "its contract only: the device was not at hand";

    /// <summary>Every vendor, the generic one first.</summary>
    public static IReadOnlyList<Pkcs11Vendor> All { get; } =
    [
        new("pkcs11", "PKCS#11 module")
        {
            SearchesSpoilChanges = true, // it may be SoftHSM
            Tested = "the modules of the other providers",
        },
        new("softhsm2", "SoftHSM 2")
        {
            Modules = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/{triplet}/softhsm/libsofthsm2.so",
                "/usr/local/lib/softhsm/libsofthsm2.so"],

            // Seen with 2.6.1: C_GenerateKeyPair answers CKR_GENERAL_ERROR or CKR_TEMPLATE_INCONSISTENT.
            SearchesSpoilChanges = true,
            IsHardware = false,
            Tested = "SoftHSM 2.6.1",
        },
        new("nss", "NSS softoken")
        {
            Modules = ["/usr/lib/{triplet}/nss/libsoftokn3.so", "/usr/lib/{triplet}/libsoftokn3.so"],
            LoadFirst = ["libnssutil3.so"],

            // NSS, "PKCS #11 Module Specs": the legacy interface takes its parameters as one string.
            InitializeFormat = "configdir='sql:{0}' certPrefix='' keyPrefix='' secmod='secmod.db' flags=noModDB",
            PointOfUnwrappedKey = Cka.NssDatabase,
            IsHardware = false,
            Tested = "NSS softoken 3.118 and newer",
        },
        new("thales_luna", "Thales Luna")
        {
            Modules = ["/usr/safenet/lunaclient/lib/libCryptoki2_64.so",
                "/opt/safenet/lunaclient/lib/libCryptoki2_64.so"],
        },
        new("aws_cloudhsm", "AWS CloudHSM")
        {
            Modules = ["/opt/cloudhsm/lib/libcloudhsm_pkcs11.so"],

            // AWS CloudHSM user guide, "PKCS #11 library: supported mechanisms", note on CKM_AES_GCM.
            DeviceMakesGcmNonce = true,
        },
        new("nshield", "Entrust nShield") { Modules = ["/opt/nfast/toolkits/pkcs11/libcknfast.so"] },
        new("utimaco", "Utimaco SecurityServer") { Modules = ["/opt/utimaco/lib/libcs_pkcs11_R3.so"] },
    ];

    public static Pkcs11Vendor? Find(string name) => All.FirstOrDefault(vendor => vendor.Name == name);

    /// <summary>The vendor's default module, if it is on this machine.</summary>
    public string? InstalledModule() => Modules
        .SelectMany(path => Triplets.Select(t => path.Replace("{triplet}", t, StringComparison.Ordinal)))
        .FirstOrDefault(File.Exists);
}
