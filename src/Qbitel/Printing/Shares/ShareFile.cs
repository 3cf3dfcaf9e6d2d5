using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Hsm.Custody;
using Qbitel.KeyFiles;

namespace Qbitel.Printing.Shares;

/// <summary>
/// Files that hold one custodian's share: for their owner only, never replaced, zeroed wherever they were.
/// </summary>
internal static class ShareFile
{
    // A page of a share is smaller; so is what a scanner makes of one.
    private const int MaxSize = 64 << 10;

    /// <summary>Writes a sheet into the folder of the shares and returns its path.</summary>
    /// <exception cref="RefusedException">There is a file already.</exception>
    public static async Task<string> WriteAsync(
        string folder, ShareSheet sheet, int number, ShareForm form, CancellationToken cancellation)
    {
        string end = form switch { ShareForm.Html => "html", ShareForm.Svg => "svg", _ => "txt" };
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"share-{number:d3}.{end}"));
        using SecretText content = sheet.Write(form);
        await SafeFile.WriteAsync(path, content.Written, SafeFile.OwnerOnly, replace: false, cancellation);
        return path;
    }

    /// <summary>
    /// Reads a share: a file of <see cref="ShareForm.Text"/>, what a scanner read, or what somebody typed.
    /// </summary>
    /// <exception cref="RefusedException">It is no share, or damaged: the message says in which group.</exception>
    public static async Task<CustodianShare> ReadAsync(string path, CancellationToken cancellation)
    {
        if (new FileInfo(path) is { Exists: true } info && info.Length > MaxSize)
            throw new RefusedException($"{path} is larger than {MaxSize} bytes.", "Check the path.");
        byte[] content = await File.ReadAllBytesAsync(path, cancellation);
        char[] text = GC.AllocateUninitializedArray<char>(content.Length, pinned: true);
        try
        {
            // What stands before the share is for people, or a scanner's word for the kind of code.
            int size = Encoding.Latin1.GetChars(content, text);
            int begin = Math.Max(0, text.AsSpan(0, size).LastIndexOf("QBS1", StringComparison.OrdinalIgnoreCase));
            if (text.AsSpan(begin, size - begin).Contains('<'))
            {
                throw new RefusedException($"{path} is a printed sheet.",
                    "Scan its code, or type its groups, into a file of text.");
            }

            if (CustodianShare.TryParse(text.AsSpan(begin, size - begin), out CustodianShare? share, out string? error))
                return share!;
            throw new RefusedException($"{path}: {error}.", "Compare that group with the custodian's copy.");
        }
        finally
        {
            Array.Clear(text);
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
