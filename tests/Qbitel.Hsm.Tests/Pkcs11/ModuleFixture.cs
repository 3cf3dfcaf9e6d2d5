using System.Runtime.InteropServices;
using System.Text;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Pkcs11;

/// <summary>Real modules are one per process: the tests that use them take turns.</summary>
[CollectionDefinition(Name)]
public sealed class RealModules
{
    public const string Name = "Real PKCS#11 modules";
}

/// <summary>A token in a folder of its own, with its first PIN set, gone after the test.</summary>
internal abstract class ModuleFixture : IDisposable
{
    public const string Pin = "4711-secret-of-the-test";

    private const string OfficerPin = "0815-officer-of-the-test";

    // In memory where there is such a folder: modules flush every object to the disk.
    private static readonly string Temporary = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    protected ModuleFixture() => Root = NewFolder();

    public string Root { get; }

    public ManualTime Time { get; } = new(TokenFixture.Start);

    public abstract string Provider { get; }

    public abstract Pkcs11Options Options { get; }

    protected abstract Pkcs11Module Load();

    public async ValueTask<Pkcs11Token> OpenAsync(Pkcs11Options? options = null, TimeProvider? time = null) =>
        await Pkcs11Token.OpenAsync(
            Provider, options ?? Options, time ?? TimeProvider.System, null, TestContext.Current.CancellationToken);

    public virtual void Dispose()
    {
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    protected static string NewFolder() =>
        Directory.CreateDirectory(Path.Combine(Temporary, $"qbitel-pkcs11-{Guid.CreateVersion7()}")).FullName;

    protected static string KeepUntilExit()
    {
        string folder = NewFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    protected static void Copy(string from, string to)
    {
        foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }

    /// <summary>The ceremony of a new token, which is the vendor's tool's and not Qbitel's.</summary>
    protected unsafe void SetPin(string? reserved, string? newLabel, Func<TokenDescription, bool> isTheToken)
    {
        Pkcs11Module module = Load();
        FunctionTable functions = module.Functions;
        module.Attach(reserved);
        try
        {
            byte[] officer = Encoding.UTF8.GetBytes(OfficerPin), user = Encoding.UTF8.GetBytes(Pin);
            fixed (byte* officerPin = officer, userPin = user)
            {
                ulong slot = module.Slots().First(s => isTheToken(TokenDescription.Of(functions, s)!));
                ulong officerLength = 0;
                if (newLabel is not null)
                {
                    fixed (byte* label = Encoding.UTF8.GetBytes(newLabel.PadRight(32)))
                    {
                        FunctionTable.Check("C_InitToken",
                            functions.InitToken(slot, officerPin, (ulong)officer.Length, label));
                    }

                    officerLength = (ulong)officer.Length;
                    slot = module.Slots().First(s => TokenDescription.Of(functions, s)!.Label == newLabel);
                }

                ulong session;
                FunctionTable.Check("C_OpenSession",
                    functions.OpenSession(slot, Ck.SerialSession | Ck.ReadWriteSession, &session));
                FunctionTable.Check("C_Login",
                    functions.Login(session, Ck.SecurityOfficer, officerPin, officerLength));
                FunctionTable.Check("C_InitPIN", functions.InitPin(session, userPin, (ulong)user.Length));
                functions.Logout(session);
                functions.CloseSession(session);
            }
        }
        finally
        {
            module.Detach(isStuck: false);
        }
    }
}

/// <summary>SoftHSM 2 with its own configuration and folder.</summary>
internal sealed partial class SoftHsmFixture : ModuleFixture
{
    public const string Label = "qbitel test";

    // The ceremony takes a tenth of a second: it is held once, and every test gets a copy.
    private static string? _prepared;

    public SoftHsmFixture()
    {
        Assert.SkipWhen(Pkcs11Vendor.Find("softhsm2")!.InstalledModule() is null,
            "SoftHSM is not installed: apt-get install softhsm2");
        Directory.CreateDirectory(Tokens);
        string configuration = Path.Combine(Root, "softhsm2.conf");
        File.WriteAllText(configuration, $"directories.tokendir = {Tokens}\nlog.level = ERROR\n");
        Assert.Equal(0, SetVariable("SOFTHSM2_CONF", configuration, 1));
        if (_prepared is not null)
        {
            Copy(_prepared, Tokens);
            return;
        }

        AddToken(Label);
        Copy(Tokens, _prepared = KeepUntilExit());
    }

    public string Tokens => Path.Combine(Root, "tokens");

    public override string Provider => "softhsm2";

    public override Pkcs11Options Options => new()
    {
        TokenLabel = Label,
        AskPin = () => Pkcs11Pin.FromText(Pin),
    };

    public void AddToken(string label) =>
        SetPin(reserved: null, label, token => !token.Flags.HasFlag(TokenFlags.TokenInitialized));

    protected override Pkcs11Module Load() => Pkcs11Modules.Load(Pkcs11Vendor.Find("softhsm2")!, null);

    // .NET keeps an environment of its own; the module asks the process's.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}

/// <summary>NSS softoken with PKCS#11 3.2, as <c>build/nss.sh</c> fetches it, with its own database.</summary>
internal sealed class NssFixture : ModuleFixture
{
    // NSS names its token for keys so, whatever the database.
    private const string Label = "NSS Certificate DB";

    private static readonly string? Folder = Find();
    private static string? _prepared;

    public NssFixture()
    {
        Assert.SkipWhen(Folder is null, "NSS 3.118 or newer is not there: run build/nss.sh");
        Directory.CreateDirectory(Database);
        if (_prepared is not null)
        {
            Copy(_prepared, Database);
            return;
        }

        SetPin(Reserved, newLabel: null, token => token.Label == Label);
        Copy(Database, _prepared = KeepUntilExit());
    }

    public override string Provider => "nss";

    public override Pkcs11Options Options => new()
    {
        Module = Path.Combine(Folder!, "libsoftokn3.so"),
        DatabaseFolder = Database,
        TokenLabel = Label,
        AskPin = () => Pkcs11Pin.FromText(Pin),
    };

    public string Database => Path.Combine(Root, "nss");

    private string Reserved =>
        $"configdir='sql:{Database}' certPrefix='' keyPrefix='' secmod='secmod.db' flags=noModDB";

    protected override Pkcs11Module Load() => Pkcs11Modules.Load(Pkcs11Vendor.Find("nss")!, Options.Module);

    private static string? Find()
    {
        string folder = Environment.GetEnvironmentVariable("QBITEL_NSS") is { Length: > 0 } named ? named
            : Path.Combine(Repository.Root, "artifacts", "nss");
        return File.Exists(Path.Combine(folder, ".complete")) ? folder : null;
    }
}
