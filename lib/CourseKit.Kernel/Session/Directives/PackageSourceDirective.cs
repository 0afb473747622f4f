using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Directives;

/// <summary><c>#i "nuget: SOURCE"</c> adds a source of packages for the later <c>#r "nuget: ..."</c> of the session.</summary>
internal static class PackageSourceDirective
{
    public static Task RunAsync(DirectiveCall call)
    {
        if (call.Argument is not ['"', .. var quoted, '"'] || ReferenceDirective.AfterNuGet(quoted) is not { } source)
        {
            throw new DirectiveException($"#i {call.Argument}: expected a source of packages in double quotes, as in "
                + "#i \"nuget: https://HOST/v3/index.json\" or #i \"nuget: ./packages\".");
        }
        try
        {
            call.Run.Engine.Packages.AddSource(source);
        }
        catch (ReferenceException error)
        {
            throw new DirectiveException(error.Message);
        }
        return Task.CompletedTask;
    }
}
