using System.Composition.Hosting;
using System.Reflection;
using Microsoft.CodeAnalysis.Host;
using Microsoft.CodeAnalysis.Host.Mef;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>Roslyn's editor services without the parts that make completion slow.</summary>
internal static class EditorServices
{
    // These providers offer templates and the types that no using reaches (thousands, each time).
    private static readonly string[] Unwanted = ["ImportCompletionProvider", "SnippetCompletionProvider", "SpeculativeTCompletionProvider"];

    /// <summary>The services, composed at the first use.</summary>
    public static HostServices Host { get; } = MefHostServices.Create(new ContainerConfiguration()
        .WithParts(MefHostServices.DefaultAssemblies.SelectMany(Types).Where(type => !Unwanted.Any(type.Name.EndsWith))).CreateContainer());

    // Some types need assemblies that only an editor has.
    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException error)
        {
            return error.Types.OfType<Type>();
        }
    }
}
