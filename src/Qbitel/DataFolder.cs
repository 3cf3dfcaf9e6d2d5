namespace Qbitel;

/// <summary>Where Qbitel keeps its state: the database, the sealed keys, the audit log.</summary>
/// <remarks>Private to its owner: <see cref="Open"/> makes it so, or refuses a folder that others can read.</remarks>
internal sealed class DataFolder
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private DataFolder(string path) => Path = path;

    public string Path { get; }

    public bool Exists => Directory.Exists(Path);

    /// <summary>The modes that let somebody else in; none where the folder is private or absent.</summary>
    public UnixFileMode OpenToOthers => Exists ? File.GetUnixFileMode(Path) & Others : UnixFileMode.None;

    /// <summary>The folder the user named, or <c>qbitel</c> in the XDG data home.</summary>
    /// <remarks>XDG Base Directory 0.8: a relative XDG_DATA_HOME is invalid and ignored.</remarks>
    public static DataFolder Choose(string? named, Func<string, string?> environment)
    {
        if (!string.IsNullOrEmpty(named)) return new(System.IO.Path.GetFullPath(named));

        string? home = environment("XDG_DATA_HOME");
        if (string.IsNullOrEmpty(home) || !System.IO.Path.IsPathRooted(home))
        {
            if (environment("HOME") is not { Length: > 0 } user)
            {
                throw new RefusedException("There is no home folder to keep data in: HOME is not set.",
                    "Name a folder with --data DIR.");
            }

            home = System.IO.Path.Combine(user, ".local", "share");
        }

        return new(System.IO.Path.Combine(home, "qbitel"));
    }

    /// <summary>Makes the folder where it is missing, and refuses one that is open to others.</summary>
    /// <exception cref="RefusedException">The folder cannot be made, or is not private.</exception>
    public void Open()
    {
        try
        {
            Directory.CreateDirectory(Path, OwnerOnly);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"The data folder {Path} cannot be made: {error.Message}",
                "Name another folder with --data DIR.", error);
        }

        if (OpenToOthers != UnixFileMode.None)
        {
            throw new RefusedException($"The data folder {Path} is open to other users ({OpenToOthers}).",
                $"chmod 700 '{Path}'");
        }
    }
}
