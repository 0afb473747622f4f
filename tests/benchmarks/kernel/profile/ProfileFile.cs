using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace CourseKit.Benchmarks.Profile;

/// <summary>
/// A profile as the runtime's compiler reads it (.mibc): an assembly whose methods do nothing but name methods, one group for each set of assemblies that
/// the methods in it need, and a method AssemblyDictionary that names the groups.
/// </summary>
internal static class ProfileFile
{
    // The runtime's type that stands for any class in shared generic code. The compiler knows it by an assembly that does not exist.
    private const string CanonName = "__Canon", CanonAssembly = "System.Private.Canon";
    private static readonly Type Canon = typeof(object).Assembly.GetType("System." + CanonName)!;

    /// <summary>Writes down the methods of the kernel's packages, and those of generic types that the framework has not compiled.</summary>
    public static void Write(IEnumerable<MethodBase> methods, string file)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("profile"), typeof(object).Assembly);
        var module = assembly.DefineDynamicModule("profile");
        var dictionary = Body(module, "AssemblyDictionary");
        foreach (var group in methods.Where(IsForeign).GroupBy(Names).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var name = $"Of {group.Key}";
            var body = module.DefineGlobalMethod(name, MethodAttributes.Public | MethodAttributes.Static, typeof(void), []);
            foreach (var token in group.Select(method => Token(module, method)).Order())
                Name(body.GetILGenerator(), token);
            body.GetILGenerator().Emit(OpCodes.Ret);
            dictionary.Emit(OpCodes.Ldstr, group.Key);
            Name(dictionary, module.GetMethodMetadataToken(body));
        }
        dictionary.Emit(OpCodes.Ret);
        var canon = Body(module, CanonName);
        canon.Emit(OpCodes.Ldtoken, new PersistedAssemblyBuilder(new AssemblyName(CanonAssembly), typeof(object).Assembly)
            .DefineDynamicModule(CanonAssembly).DefineType("System." + CanonName, TypeAttributes.Public));
        canon.Emit(OpCodes.Pop);
        canon.Emit(OpCodes.Ret);
        module.CreateGlobalFunctions();

        using var written = new MemoryStream();
        assembly.Save(written);
        using var archive = ZipFile.Open(file + ".part", ZipArchiveMode.Create);
        using (var entry = archive.CreateEntry(Path.GetFileName(file) + ".dll", CompressionLevel.SmallestSize).Open())
            entry.Write(Corrected(written.ToArray()));
        archive.Dispose();
        File.Move(file + ".part", file, overwrite: true);
    }

    private static ILGenerator Body(ModuleBuilder module, string name) =>
        module.DefineGlobalMethod(name, MethodAttributes.Public | MethodAttributes.Static, typeof(void), []).GetILGenerator();

    private static void Name(ILGenerator body, int token)
    {
        body.Emit(OpCodes.Ldtoken, token);
        body.Emit(OpCodes.Pop);
    }

    private static int Token(ModuleBuilder module, MethodBase method) =>
        method is ConstructorInfo constructor ? module.GetMethodMetadataToken(constructor) : module.GetMethodMetadataToken((MethodInfo)method);

    // The kernel's own assemblies are compiled as a whole, and the framework's are compiled already, but for its generic types over others' types.
    private static bool IsForeign(MethodBase method) => Assemblies(method).All(assembly => !IsOwn(assembly))
        && (method.IsGenericMethod || method.DeclaringType!.IsGenericType || IsBesideProgram(method.Module.Assembly));

    private static bool IsOwn(Assembly assembly) => assembly == typeof(ProfileFile).Assembly || assembly.FullName!.StartsWith("CourseKit.", StringComparison.Ordinal);

    private static bool IsBesideProgram(Assembly assembly) => Path.GetDirectoryName(assembly.Location) + Path.DirectorySeparatorChar == AppContext.BaseDirectory;

    // The method's own first: the compiler looks for it there.
    private static string Names(MethodBase method) => string.Join(';', Assemblies(method).Select(assembly => assembly.GetName().Name).Distinct());

    private static IEnumerable<Assembly> Assemblies(MethodBase method) =>
        Assemblies(method.DeclaringType!).Concat(method.IsGenericMethod ? method.GetGenericArguments().SelectMany(Assemblies) : []);

    private static IEnumerable<Assembly> Assemblies(Type type) => type == Canon ? []
        : type.HasElementType ? Assemblies(type.GetElementType()!)
        : type.GetGenericArguments().SelectMany(Assemblies).Prepend(type.Assembly);

    // What the builder gets wrong: it names the runtime's own Canon, and writes static constructors down as if they were called on an object.
    private static byte[] Corrected(byte[] assembly)
    {
        using var reader = new PEReader(new MemoryStream(assembly));
        var metadata = reader.GetMetadataReader();
        var canons = metadata.TypeReferences.Where(type => metadata.StringComparer.Equals(metadata.GetTypeReference(type).Name, CanonName)).ToLookup(IsCompilers);
        Row(TableIndex.TypeRef, canons[true].Single()).CopyTo(Row(TableIndex.TypeRef, canons[false].Single()));
        var ofStatic = metadata.GetHeapOffset(metadata.GetMethodDefinition(metadata.MethodDefinitions.First()).Signature);
        foreach (var member in metadata.MemberReferences.Where(member => metadata.StringComparer.Equals(metadata.GetMemberReference(member).Name, ".cctor")))
        {
            // The signature is the last column of the row.
            var row = Row(TableIndex.MemberRef, member);
            if (metadata.GetHeapSize(HeapIndex.Blob) > ushort.MaxValue)
                BinaryPrimitives.WriteInt32LittleEndian(row[^4..], ofStatic);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(row[^2..], (ushort)ofStatic);
        }
        return assembly;

        bool IsCompilers(TypeReferenceHandle type) =>
            metadata.StringComparer.Equals(metadata.GetAssemblyReference((AssemblyReferenceHandle)metadata.GetTypeReference(type).ResolutionScope).Name, CanonAssembly);

        Span<byte> Row(TableIndex table, EntityHandle handle)
        {
            var size = metadata.GetTableRowSize(table);
            return assembly.AsSpan(reader.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(table) + (MetadataTokens.GetRowNumber(handle) - 1) * size, size);
        }
    }
}
