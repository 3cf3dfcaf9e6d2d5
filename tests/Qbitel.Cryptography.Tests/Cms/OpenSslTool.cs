using System.Diagnostics;

namespace Qbitel.Cryptography.Tests.Cms;

/// <summary>The <c>openssl</c> program of the system as a peer, in a folder of its own.</summary>
internal sealed class OpenSslTool : IDisposable
{
    private static readonly Version? Installed = FindVersion();

    private readonly string _folder = Directory.CreateTempSubdirectory("qbitel-cms-").FullName;

    /// <summary>Skips the calling test, with the reason, where the program is older or absent.</summary>
    public static OpenSslTool Require(int major, int minor)
    {
        Assert.SkipWhen(Installed is null, "there is no openssl program");
        Assert.SkipWhen(Installed < new Version(major, minor),
            $"openssl {Installed} is too old: this needs {major}.{minor} "
            + "(build/debian13.sh has 3.5, with QBITEL_DEBIAN_SUITE=sid 3.6)");
        return new();
    }

    public string Path(string file) => System.IO.Path.Combine(_folder, file);

    public byte[] Read(string file) => File.ReadAllBytes(Path(file));

    public void Write(string file, byte[] bytes) => File.WriteAllBytes(Path(file), bytes);

    public void Run(params string[] arguments)
    {
        (int code, string error) = TryRun(arguments);
        Assert.True(code == 0, $"openssl {string.Join(' ', arguments)}: {error}");
        TestContext.Current.SendDiagnosticMessage($"openssl {string.Join(' ', arguments)}: ok");
    }

    public (int Code, string Error) TryRun(params string[] arguments)
    {
        ProcessStartInfo start = new("openssl", arguments)
        {
            WorkingDirectory = _folder,
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error + output.GetAwaiter().GetResult());
    }

    /// <summary>A key and a self-signed certificate, made there: NAME.key and NAME.crt.</summary>
    public void MakeSigner(string algorithm, string name) => Run(
        "req", "-x509", "-newkey", algorithm, "-nodes", "-keyout", $"{name}.key", "-out", $"{name}.crt", "-subj",
        $"/CN={name}",
        "-days", "30");

    /// <summary>A KEM key and a certificate of it by the signer CA, made there: NAME.key and NAME.crt.</summary>
    public void MakeRecipient(string algorithm, string name)
    {
        Run("genpkey", "-algorithm", algorithm, "-out", $"{name}.key");
        Run("pkey", "-in", $"{name}.key", "-pubout", "-out", $"{name}.pub");
        Certify(name);
    }

    /// <summary>A certificate of NAME.pub by the signer CA: NAME.crt.</summary>
    public void Certify(string name)
    {
        if (!File.Exists(Path("ca.crt"))) MakeSigner("ML-DSA-65", "ca");
        Run("req", "-new", "-key", "ca.key", "-subj", $"/CN={name}", "-out", $"{name}.csr");
        Run("x509", "-req", "-in", $"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-force_pubkey", $"{name}.pub",
            "-out", $"{name}.crt", "-days", "30");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Version? FindVersion()
    {
        try
        {
            ProcessStartInfo start =
                new("openssl", "version") { UseShellExecute = false, RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            string[] words = process.StandardOutput.ReadToEnd().Split(' ');
            process.WaitForExit();
            return words.Length > 1 && Version.TryParse(words[1], out Version? version) ? version : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
