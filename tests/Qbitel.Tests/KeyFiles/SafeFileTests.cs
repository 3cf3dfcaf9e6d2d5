using Qbitel.KeyFiles;

namespace Qbitel.Tests.KeyFiles;

public sealed class SafeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_write_that_fails_leaves_nothing_and_keeps_what_was_there()
    {
        await File.WriteAllTextAsync(_folder["a"], "old", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidDataException>(() => SafeFile.WriteAsync(_folder["a"], async stream =>
        {
            await stream.WriteAsync("new"u8.ToArray(), TestContext.Current.CancellationToken);
            throw new InvalidDataException();
        }, SafeFile.OwnerOnly, replace: true));

        Assert.Equal([_folder["a"]], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal("old", await File.ReadAllTextAsync(_folder["a"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_was_there_first_stays_even_when_it_came_meanwhile()
    {
        await Assert.ThrowsAsync<RefusedException>(() => SafeFile.WriteAsync(_folder["a"], async stream =>
        {
            await stream.WriteAsync("mine"u8.ToArray(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(_folder["a"], "theirs", TestContext.Current.CancellationToken);
        }, SafeFile.OwnerOnly, replace: false));

        Assert.Equal([_folder["a"]], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal("theirs", await File.ReadAllTextAsync(_folder["a"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_mode_holds_from_the_first_byte_on()
    {
        UnixFileMode? during = null;
        await SafeFile.WriteAsync(_folder["a"], stream =>
        {
            during = File.GetUnixFileMode(((FileStream)stream).Name);
            return Task.CompletedTask;
        }, SafeFile.OwnerOnly, replace: false);

        Assert.Equal((SafeFile.OwnerOnly, SafeFile.OwnerOnly), (during, File.GetUnixFileMode(_folder["a"])));
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/tmp")]
    public async Task A_device_or_a_folder_is_never_replaced(string path) =>
        Assert.Contains(path, (await Assert.ThrowsAsync<RefusedException>(() =>
            SafeFile.WriteAsync(path, new byte[1], SafeFile.OwnerOnly, replace: true,
                TestContext.Current.CancellationToken))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("\nsecond\n")]
    public async Task An_empty_passphrase_is_refused(string content)
    {
        await File.WriteAllTextAsync(_folder["p"], content, TestContext.Current.CancellationToken);
        Assert.Throws<RefusedException>(() => Passphrase.FromFile(_folder["p"]));
        Assert.Throws<RefusedException>(() => Passphrase.FromEnvironment("QBITEL_THAT_IS_NOT_SET"));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("first\nsecond", "first")]
    [InlineData("windows\r\n", "windows")]
    [InlineData("grüße \n", "grüße ")]
    public async Task A_passphrase_is_the_first_line_and_prints_as_nothing(string content, string expected)
    {
        await File.WriteAllTextAsync(_folder["p"], content, TestContext.Current.CancellationToken);

        using Passphrase passphrase = Passphrase.FromFile(_folder["p"]);

        Assert.Equal(expected, passphrase.Text.ToString());
        Assert.Equal("***", passphrase.ToString());
    }
}
