using System.Runtime.InteropServices;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Pkcs11.Interop;

namespace Qbitel.Hsm.Pkcs11.Sessions;

/// <summary>
/// The modules this process has loaded. They are kept: a module is one per process, and many do not survive being
/// unloaded.
/// </summary>
internal static class Pkcs11Modules
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Pkcs11Module> Loaded = new(StringComparer.Ordinal);

    /// <exception cref="HsmException">It is not there, or no PKCS#11 module this code can use.</exception>
    public static Pkcs11Module Load(Pkcs11Vendor vendor, string? path)
    {
        string file = path ?? vendor.InstalledModule() ?? throw Refused(vendor, vendor.Modules.Count == 0
            ? "name the module: the setting Module is not set."
            : $"there is no module in {string.Join(" or ", vendor.Modules)}. Install the vendor's client, or name the "
                + "module in the setting Module.");
        if (IntPtr.Size != 8) throw Refused(vendor, "PKCS#11 modules are used on 64-bit processors only.");
        if (!File.Exists(file)) throw Refused(vendor, $"there is no module {file}.");

        file = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);
        lock (Gate)
        {
            if (Loaded.TryGetValue(file, out Pkcs11Module? known)) return known;
            try
            {
                string folder = Path.GetDirectoryName(file)!;
                foreach (string first in vendor.LoadFirst.Select(name => Path.Combine(folder, name)))
                {
                    if (File.Exists(first)) NativeLibrary.Load(first);
                }

                nint library = NativeLibrary.Load(file);
                NativeLibrary.TryGetExport(library, "C_GetInterface", out nint getInterface);
                NativeLibrary.TryGetExport(library, "C_GetFunctionList", out nint getFunctionList);
                return Loaded[file] = new Pkcs11Module(file, Pkcs11Module.Choose(getInterface, getFunctionList));
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or NotSupportedException
                or Pkcs11Error)
            {
                throw Refused(vendor, $"{file} cannot be used as a PKCS#11 module: {e.Message}", e);
            }
        }
    }

    private static HsmException Refused(Pkcs11Vendor vendor, string message, Exception? inner = null) =>
        new(vendor.Name, HsmOperation.Open, HsmFailure.Unavailable, message, inner: inner);
}
