namespace Qbitel.Tests.Commands;

public sealed class DataFolderTests
{
    [Theory]
    [InlineData("/data/xdg", "/home/u", "/data/xdg/qbitel")]
    [InlineData(null, "/home/u", "/home/u/.local/share/qbitel")]
    [InlineData("", "/home/u", "/home/u/.local/share/qbitel")]
    [InlineData("relative", "/home/u", "/home/u/.local/share/qbitel")]
    public void Without_a_name_it_is_in_the_XDG_data_home(string? data, string? home, string expected) =>
        Assert.Equal(expected, DataFolder.Choose(null,
            name => name == "XDG_DATA_HOME" ? data : name == "HOME" ? home : null).Path);

    [Fact]
    public void A_named_folder_wins() =>
        Assert.Equal("/srv/q", DataFolder.Choose("/srv/x/../q", _ => "/elsewhere").Path);

    [Fact]
    public void Without_a_home_it_asks_for_a_name() =>
        Assert.Contains("--data", Assert.Throws<RefusedException>(() => DataFolder.Choose(null, _ => null)).Remedy,
            StringComparison.Ordinal);

    [Fact]
    public void Opening_makes_it_private()
    {
        using TemporaryFolder folder = new();
        DataFolder data = DataFolder.Choose(folder["a/b"], _ => null);

        data.Open();
        data.Open();

        Assert.Equal(DataFolder.OwnerOnly, File.GetUnixFileMode(folder["a/b"]));
    }
}
