namespace CourseKit.Kernel.Tests.Session.Directives;

/// <summary><c>#r</c> of a notebook that was copied away from its course, as nbgrader does.</summary>
public sealed class CheckoutReferenceTests : SessionTest
{
    // With a sibling whose name begins the same.
    protected override string Checkout => Path.Combine(Folder, "courses", "gan");

    [Theory]
    [InlineData("../../lib/Own/bin/Release/net10.0/Own.dll")]
    [InlineData("../lib/Own/bin/Release/net10.0/Own.dll")]
    [InlineData("lib/Own/bin/Release/net10.0/Own.dll")]
    [InlineData("./../../../../../../../../../../lib/Own/bin/Release/net10.0/Own.dll")]
    [InlineData("../../my-copy/lib/Own/bin/Release/net10.0/Own.dll")]
    [InlineData("../../lib/Other/../Own/bin/Release/net10.0/Own.dll")]
    [InlineData("..//../lib//Own/bin/Release/net10.0/Own.dll")]
    [InlineData(@"..\..\lib\Own\bin\Release\net10.0\Own.dll")]
    public async Task A_library_that_is_not_there_is_found_by_the_end_of_its_path(string path)
    {
        Library(Checkout, "5");
        Assert.Equal("5", (await RunAsync($"#r \"{path}\"\nOwn.Value")).Ok().Value);
    }

    [Fact]
    public async Task What_is_there_beside_the_notebook_is_taken_from_there()
    {
        Library(Checkout, "5");
        Library(Folder, "6");
        Assert.Equal("6", (await RunAsync("#r \"lib/Own/bin/Release/net10.0/Own.dll\"\nOwn.Value")).Ok().Value);
    }

    [Fact]
    public async Task A_project_that_is_there_and_not_built_must_be_built_and_no_other_copy_is_taken()
    {
        Library(Checkout, "5");
        Directory.CreateDirectory(Path.Combine(Folder, "lib", "Own"));
        var error = (await RunAsync("#r \"lib/Own/bin/Release/net10.0/Own.dll\"")).Error;
        Assert.EndsWith($"does not exist. Build it first: dotnet build -c Release {Folder}/lib/Own", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../../gan-other/lib/Own/bin/Release/net10.0/Own.dll")]
    [InlineData("x/../../gan-other/lib/Own/bin/Release/net10.0/Own.dll")]
    [InlineData("lib/../../gan-other/lib/Own/bin/Release/net10.0/Own.dll")]
    [InlineData("Own.dll")]
    public async Task Nothing_outside_the_course_is_taken_nor_what_has_no_folder_in_its_path(string path)
    {
        Library(Checkout + "-other", "5");
        Compiled.Library(Checkout, "Own", "public static class Own { public static int Value = 4; }");
        Assert.Contains("does not exist", (await RunAsync($"#r \"{path}\"")).Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../lib/Own")]
    [InlineData("../../lib/Own/")]
    [InlineData("../copy/lib/Own/bin/Release/net10.0")]
    public async Task A_folder_of_the_course_is_told_as_one(string path)
    {
        Library(Checkout, "5");
        var error = (await RunAsync($"#r \"{path}\"")).Error;
        Assert.Contains(Path.Combine(Checkout, "lib", "Own"), error.Message, StringComparison.Ordinal);
        Assert.EndsWith(" is a folder; expected a .dll file in it.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_from_the_root_means_one_place_only()
    {
        Library(Checkout, "5");
        Assert.DoesNotContain(Checkout, (await RunAsync("#r \"/lib/Own/bin/Release/net10.0/Own.dll\"")).Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Checkout, (await RunAsync(@"#r ""\lib\Own\bin\Release\net10.0\Own.dll""")).Error.Message, StringComparison.Ordinal);
        var path = Path.Combine(Folder, "gone", "lib", "Own", "bin", "Release", "net10.0", "Own.dll");
        Assert.StartsWith($"#r \"{path}\": {path} does not exist. Build it first", (await RunAsync($"#r \"{path}\"")).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_that_is_nowhere_is_told_with_both_places_and_the_command_that_builds_it()
    {
        Directory.CreateDirectory(Path.Combine(Checkout, "lib", "Own"));
        var error = (await RunAsync("1\n#r \"../../copy/lib/Own/bin/Release/net10.0/Own.dll\"")).Error;
        var file = Path.Combine("lib", "Own", "bin", "Release", "net10.0", "Own.dll");
        Assert.Equal(2, error.Line);
        Assert.Contains($"{Path.GetFullPath(Path.Combine(Folder, "..", "..", "copy", file))} does not exist, nor does {Path.Combine(Checkout, file)} in the course folder", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"dotnet build -c Release {Checkout}/lib/Own (if the course is in another folder, run `coursekit kernel install` there)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_sent_to_build_what_has_no_source()
    {
        Directory.CreateDirectory(Checkout);
        var error = (await RunAsync("#r \"../../lib/Gone/bin/Release/net10.0/Gone.dll\"")).Error;
        Assert.Contains($"nor does {Path.Combine(Checkout, "lib", "Gone", "bin", "Release", "net10.0", "Gone.dll")} in the course folder", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Relative paths start from the notebook's folder.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_course_folder_that_is_gone_is_told_with_how_to_renew_the_kernel()
    {
        var error = (await RunAsync("#r \"../lib/Own/bin/Release/net10.0/Own.dll\"")).Error;
        Assert.EndsWith($"The course folder {Checkout} is no longer there: run `coursekit kernel install` in its new place.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_found_so_is_known_to_completion_and_to_tooltips()
    {
        Library(Checkout, "5");
        (await RunAsync("#r \"../../lib/Own/bin/Release/net10.0/Own.dll\"")).Ok();
        var completion = await Session.CompleteAsync("Own.Va", 6, TestContext.Current.CancellationToken);
        Assert.Contains(completion.Entries, entry => entry.Text == "Value");
        Assert.Contains("Own.Value", (await Session.InspectAsync("Own.Value", 6, false, TestContext.Current.CancellationToken))!.Text("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_framework_goes_before_the_course()
    {
        Compiled.Library(Path.Combine(Checkout, "lib"), "Own", "public static class Own { }");
        (await RunAsync("#r \"System.Xml.Linq.dll\"\n#r \"../lib/Own.dll\"\ntypeof(Own)")).Ok();
    }

    private static void Library(string course, string value) =>
        Compiled.Library(Path.Combine(course, "lib", "Own", "bin", "Release", "net10.0"), "Own", $"public static class Own {{ public static int Value = {value}; }}");
}
