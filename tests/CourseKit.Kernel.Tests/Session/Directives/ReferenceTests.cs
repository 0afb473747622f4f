using System.Reflection.PortableExecutable;
using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Tests.Session.Directives;

public sealed class ReferenceTests : SessionTest
{
    [Fact]
    public async Task A_library_brings_along_those_beside_it_to_run_and_to_compile_against()
    {
        var deep = Compiled.Library(Folder, "Deep", "namespace Deep { public class D { public int V = 42; } }");
        var middle = Compiled.Library(Folder, "Middle", "namespace Middle { public class M : Deep.D { } }", deep);
        Compiled.Library(Folder, "Top", "namespace Top { public class T { public static Middle.M Make() => new Middle.M(); } }", middle, deep);
        var ran = (await RunAsync("#r \"Top.dll\"\nusing Deep;\nD d = Top.T.Make();\nd.V")).Ok();
        Assert.Equal("42", ran.Value);
        Assert.Equal("42", (await RunAsync("Top.T.Make().V")).Value);
    }

    [Fact]
    public async Task A_library_referenced_later_knows_the_types_of_earlier_cells()
    {
        (await RunAsync("var list = new List<int> { 1, 2 };")).Ok();
        Compiled.Library(Path.Combine(Folder, "lib"), "Sums", "public static class Sums { public static int Of(System.Collections.Generic.List<int> l) => l[0] + l[1]; }");
        Assert.Equal("3", (await RunAsync("#r \"lib/Sums.dll\"\nSums.Of(list)")).Ok().Value);
        Assert.Equal("3", (await RunAsync("#r \"lib/../lib/Sums.dll\"\nSums.Of(list)")).Ok().Value);
    }

    [Fact]
    public async Task An_error_in_a_library_shows_its_frames_above_the_cells()
    {
        Compiled.Library(Folder, "Fails", "public static class Fails { public static void Now() => throw new System.Exception(\"inside\"); }");
        var error = (await RunAsync("#r \"Fails.dll\"\n\nFails.Now();")).Error;
        Assert.Equal(["Exception: inside", "   at Fails.Now()", "   at cell 1, line 3: Fails.Now();"], error.Traceback);
    }

    [Fact]
    public async Task A_missing_library_is_named_in_full_with_the_command_that_builds_it()
    {
        var error = (await RunAsync("1\n#r \"../My Lib/bin/Release/net10.0/My.dll\"")).Error;
        var root = Path.GetDirectoryName(Folder)!;
        Assert.Equal(2, error.Line);
        Assert.Contains($"{Path.Combine(root, "My Lib", "bin", "Release", "net10.0", "My.dll")} does not exist", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"dotnet build -c Release \"{root}/My Lib\"", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"dotnet build -c Debug {Folder}/x", (await RunAsync("#r \"x/bin/Debug/X.dll\"")).Error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet build", (await RunAsync("#r \"X.dll\"")).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_build_of_a_loaded_library_is_refused()
    {
        Compiled.Library(Path.Combine(Folder, "a"), "Same", "public class A { }");
        Compiled.Library(Path.Combine(Folder, "b"), "Same", "public class B { }");
        (await RunAsync("#r \"a/Same.dll\"\nnew A().GetHashCode();")).Ok();
        Assert.Contains("Restart the session", (await RunAsync("#r \"b/Same.dll\"")).Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("native")]
    [InlineData("half")]
    [InlineData("text")]
    [InlineData("empty")]
    [InlineData("headers")]
    [InlineData("zeros")]
    public async Task A_file_that_is_no_assembly_is_told_where_asked_for_and_skipped_beside_one(string damage)
    {
        var beside = Compiled.Library(Folder, "Beside", "public class B { }");
        Compiled.Library(Folder, "Asked", "public class A { public int V => 5; public B Other => null; }", beside);
        File.WriteAllBytes(beside, Damaged(File.ReadAllBytes(beside), damage));
        Assert.Equal("5", (await RunAsync("#r \"Asked.dll\"\nnew A().V")).Ok().Value);
        var error = (await RunAsync("#r \"Beside.dll\"")).Error;
        Assert.Equal("DirectiveError", error.Name);
        Assert.Equal($"{beside}: not a .NET assembly (it holds native code only, or is damaged, or is no library at all).", error.Message);
        Assert.Equal("5", (await RunAsync("new A().V")).Ok().Value);
    }

    [Theory]
    [InlineData("native")]
    [InlineData("half")]
    [InlineData("empty")]
    public void A_package_may_have_such_a_file_too(string damage)
    {
        var whole = Compiled.Library(Path.Combine(Folder, "whole"), "Pack", "public class P { }");
        var damaged = Path.Combine(Folder, "Pack.dll");
        File.WriteAllBytes(damaged, Damaged(File.ReadAllBytes(whole), damage));
        var set = new ReferenceSet(new());
        var before = set.All.Length;
        set.Add(damaged, damaged);
        set.Add(whole, damaged);
        set.Add(damaged, whole);
        Assert.Equal(before, set.All.Length);
        set.Add(whole, whole);
        Assert.Equal(before + 1, set.All.Length);
    }

    private static byte[] Damaged(byte[] assembly, string damage)
    {
        switch (damage)
        {
            case "native":
                // Without its CLI header the file is a library of native code.
                using (var reader = new PEReader(new MemoryStream(assembly)))
                    assembly.AsSpan(reader.PEHeaders.PEHeaderStartOffset + (reader.PEHeaders.PEHeader!.Magic == PEMagic.PE32 ? 208 : 224), 8).Clear();
                return assembly;
            case "half":
                return assembly[..(assembly.Length / 2)];
            case "text":
                return "no assembly"u8.ToArray();
            case "empty":
                return [];
            case "headers":
                return assembly[..256];
            default:
                assembly.AsSpan(600).Clear();
                return assembly;
        }
    }

    [Theory]
    [InlineData("#r \"sub\"")]
    [InlineData("#r \"sub/\" // a folder")]
    [InlineData("#r \".\"")]
    [InlineData("#r \"folder.dll\"")]
    public async Task A_folder_is_told_as_one(string directive)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "sub"));
        Directory.CreateDirectory(Path.Combine(Folder, "folder.dll"));
        Assert.EndsWith(" is a folder; expected a .dll file in it.", (await RunAsync(directive)).Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#r \"\"", "expected a path or a package")]
    [InlineData("#r \"text.dll\"", "not a .NET assembly")]
    [InlineData("#r \"unclosed.dll", "in double quotes")]
    [InlineData("#r \"nuget:\"", "expected a package's id and a version")]
    [InlineData("#r \"nuget: a b c\"", "expected a package's id and a version")]
    public async Task What_is_no_reference_is_refused_in_words(string directive, string reason)
    {
        File.WriteAllText(Path.Combine(Folder, "text.dll"), "no assembly");
        var error = (await RunAsync(directive)).Error;
        Assert.Equal("DirectiveError", error.Name);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assembly_of_the_framework_is_there_already()
    {
        (await RunAsync("#r \"System.Net.Http\"\n#r \"System.Xml.Linq.dll\"\nnew System.Xml.Linq.XElement(\"a\").ToString()")).Ok();
    }
}
