using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Packages;
using NuGet.Versioning;

namespace CourseKit.Kernel.Tests.Session.Directives;

public sealed class PackageVersionTests
{
    [Theory]
    [InlineData("X", "13.0.4", true)]
    [InlineData("X", "13.0.4-beta.1", true)]
    [InlineData("X, *", "13.0.4-beta.1", true)]
    [InlineData("X, *-*", "13.0.4", true)]
    [InlineData("X,13.0.4", "13.0.4", true)]
    [InlineData("X, 13.0", "13.0.0", true)]
    [InlineData("X, 13", "13.0.0", true)]
    [InlineData("X, 13.0.4.0", "13.0.4", true)]
    [InlineData("X, 013.0.4", "13.0.4", true)]
    [InlineData("X, 13.0.4+abc", "13.0.4", true)]
    [InlineData("X, 1.0.0-BETA", "1.0.0-beta", true)]
    [InlineData("X, 13.0.3", "13.0.4", false)]
    [InlineData("X, 13.*", "13.0.4", true)]
    [InlineData("X, 13.*", "14.0.0", false)]
    [InlineData("X, 13.*", "12.9.9", false)]
    [InlineData("X, 13.0.*", "13.1.0", false)]
    [InlineData("X, 13.*", "13.1.0-beta", false)]
    [InlineData("X, 13.*-*", "13.1.0-beta", true)]
    [InlineData("X, 13.0.*-*", "13.0.9-a", true)]
    [InlineData("X, 13.0.0-beta*", "13.0.0-beta.2", true)]
    [InlineData("X, [13.0.1,14.0)", "13.0.4", true)]
    [InlineData("X, [13.0.1,14.0)", "14.0.0", false)]
    [InlineData("X, [13, )", "99.0.0", true)]
    [InlineData("X, [ 13.0.1 , 14.0 )", "13.9.0", true)]
    [InlineData("X , ( 13.0.4 , )", "13.0.4", false)]
    [InlineData("X, (,13.0.4]", "13.0.4", true)]
    [InlineData("X, (, 13.0.4)", "13.0.4", false)]
    [InlineData("X, [13.0.4]", "13.0.4", true)]
    [InlineData("X, [ 13.0.4 ]", "13.0.5", false)]
    [InlineData("X, [13.*, 14)", "13.5.0", true)]
    [InlineData("X, [13.*, 14)", "14.0.0", false)]
    public void A_loaded_version_is_accepted_where_it_is_one_that_is_asked_for(string asked, string loaded, bool accepted) =>
        Assert.Equal(accepted, Package.Parse(asked).Accepts(NuGetVersion.Parse(loaded)));

    [Theory]
    [InlineData("X", "*")]
    [InlineData("X, 13.0.4", "[13.0.4]")]
    [InlineData("X, [ 13 , 14 )", "[13,14)")]
    [InlineData("X, 13.*", "13.*")]
    [InlineData("X, 13.0.*-*", "13.0.*-*")]
    public void A_project_file_gets_exactly_what_is_asked_for(string asked, string range) => Assert.Equal(range, Package.Parse(asked).Range);

    [Theory]
    [InlineData("", "'' is no id")]
    [InlineData(", 13.0", "'' is no id")]
    [InlineData("New ton", "'New ton' is no id")]
    [InlineData("Newtonsoft.Json 13.0.3", "'Newtonsoft.Json 13.0.3' is no id")]
    [InlineData("Newtonsoft.Json@13", "'Newtonsoft.Json@13' is no id")]
    [InlineData("Newtonsoft.Json/13", "'Newtonsoft.Json/13' is no id")]
    [InlineData("A..B", "'A..B' is no id")]
    [InlineData("-A", "'-A' is no id")]
    [InlineData("A.", "'A.' is no id")]
    [InlineData("$(HOME)", "'$(HOME)' is no id")]
    [InlineData("A&lt;<b>", "'A&lt;<b>' is no id")]
    [InlineData("A;B", "'A;B' is no id")]
    [InlineData("\u200bA", "is no id")]
    [InlineData("A,", "'' is no version")]
    [InlineData("A, latest", "'latest' is no version")]
    [InlineData("A, v13", "'v13' is no version")]
    [InlineData("A, 13.x", "'13.x' is no version")]
    [InlineData("A, >=13", "'>=13' is no version")]
    [InlineData("A, ^13.0", "'^13.0' is no version")]
    [InlineData("A, 1.2.3.4.5", "'1.2.3.4.5' is no version")]
    [InlineData("A, 1..2", "'1..2' is no version")]
    [InlineData("A, [13", "'[13' is no version")]
    [InlineData("A, (13)", "'(13)' is no version")]
    [InlineData("A, [14,13]", "'[14,13]' is no version")]
    [InlineData("A, 1.0, B", "'1.0, B' is no version")]
    [InlineData("A, 99999999999", "'99999999999' is no version")]
    [InlineData("A, $(X)", "'$(X)' is no version")]
    [InlineData("A, 1.0\" /><Exec", "is no version")]
    public void What_is_no_id_or_version_is_named(string asked, string expected)
    {
        var error = Assert.Throws<ReferenceException>(() => Package.Parse(asked)).Message;
        Assert.StartsWith($"#r \"nuget: {asked}\": expected a package's id and a version, as in #r \"nuget: Newtonsoft.Json, 13.0.3\". ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_is_at_most_100_characters_long()
    {
        Assert.Equal(100, Package.Parse(new('x', 100)).Id.Length);
        Assert.Throws<ReferenceException>(() => Package.Parse(new('x', 101)));
    }
}
