//! The keys themselves, as `systemd --dump-configuration-items` of 252 lists them, and those that
//! came later up to 258 (its NEWS).

use super::Type;

/// Keys of one type, parted by blanks.
pub(super) type Group = &'static [(Type, &'static str)];

pub(super) const UNIT: Group = &[
    (
        Type::Text,
        "Description Documentation RequiresOverridable RequisiteOverridable OnSuccessJobMode \
         OnFailureJobMode JobTimeoutAction JobTimeoutRebootArgument StartLimitAction \
         FailureAction SuccessAction FailureActionExitStatus SuccessActionExitStatus \
         RebootArgument CollectMode WantsMountsFor",
    ),
    (
        Type::Boolean,
        "StopWhenUnneeded RefuseManualStart RefuseManualStop AllowIsolate DefaultDependencies \
         OnFailureIsolate IgnoreOnIsolate SurviveFinalKillSignal",
    ),
    (Type::Path, "SourcePath"),
    (Type::Paths, "RequiresMountsFor"),
    (Type::Seconds, "JobTimeoutSec JobRunningTimeoutSec StartLimitIntervalSec StartLimitInterval"),
    (Type::Unsigned, "StartLimitBurst"),
    (
        Type::Units,
        "Requires Requisite Wants BindsTo BindTo Upholds Conflicts Before After OnSuccess \
         OnFailure PropagatesReloadTo PropagateReloadTo ReloadPropagatedFrom PropagateReloadFrom \
         PropagatesStopTo StopPropagatedFrom PartOf JoinsNamespaceOf",
    ),
];

/// Each as `Condition…` and as `Assert…`.
pub(super) const CONDITIONS: &str = "PathExists PathExistsGlob PathIsDirectory PathIsSymbolicLink PathIsMountPoint \
    PathIsReadWrite PathIsEncrypted DirectoryNotEmpty FileNotEmpty FileIsExecutable \
    NeedsUpdate FirstBoot Architecture Firmware Virtualization Host KernelCommandLine \
    KernelVersion Credential Security Capability ACPower Memory CPUFeature CPUs Environment \
    User Group ControlGroupController OSRelease MemoryPressure CPUPressure IOPressure \
    Version PathIsSocket KernelModuleLoaded";

pub(super) const INSTALL: Group =
    &[(Type::Text, "Alias DefaultInstance"), (Type::Units, "WantedBy RequiredBy Also UpheldBy")];

/// systemd.exec(5): whatever starts processes.
pub(super) const EXEC: Group = &[
    (
        Type::Text,
        "RootImageOptions RootHash RootHashSignature ExtensionDirectories ExtensionImages \
         MountImages SupplementaryGroups Nice OOMScoreAdjust CoredumpFilter IOSchedulingClass \
         IOSchedulingPriority CPUSchedulingPolicy CPUSchedulingPriority CPUAffinity NUMAPolicy \
         NUMAMask PassEnvironment UnsetEnvironment StandardInput StandardInputText \
         StandardInputData TTYRows TTYColumns SyslogIdentifier SyslogFacility SyslogLevel \
         LogLevelMax LogExtraFields SecureBits CapabilityBoundingSet AmbientCapabilities \
         TimerSlackNSec KeyringMode ProtectProc ProcSubset SystemCallFilter \
         SystemCallArchitectures SystemCallErrorNumber SystemCallLog RestrictNamespaces \
         RestrictAddressFamilies RestrictFileSystems LimitCPU LimitFSIZE LimitDATA LimitSTACK \
         LimitCORE LimitRSS LimitNOFILE LimitAS LimitNPROC LimitMEMLOCK LimitLOCKS \
         LimitSIGPENDING LimitMSGQUEUE LimitNICE LimitRTPRIO LimitRTTIME ExecSearchPath BindPaths \
         BindReadOnlyPaths TemporaryFileSystem LogNamespace MountFlags Personality SetCredential \
         SetCredentialEncrypted LoadCredential LoadCredentialEncrypted PAMName UtmpIdentifier \
         UtmpMode SELinuxContext AppArmorProfile SmackProcessLabel RootImagePolicy \
         MountImagePolicy ExtensionImagePolicy ImportCredential LogFilterPatterns MemoryKSM \
         PrivatePIDs PrivateBPF BPFDelegateCommands BPFDelegateMaps BPFDelegatePrograms \
         BPFDelegateAttachments DelegateNamespaces UserNamespacePath StateDirectoryQuota \
         CacheDirectoryQuota LogsDirectoryQuota MemoryTHP",
    ),
    (
        Type::Boolean,
        "CPUSchedulingResetOnFork DynamicUser RemoveIPC TTYReset TTYVHangup TTYVTDisallocate \
         SyslogLevelPrefix NoNewPrivileges MemoryDenyWriteExecute RestrictRealtime \
         RestrictSUIDSGID LockPersonality PrivateTmp PrivateDevices ProtectKernelTunables \
         ProtectKernelModules ProtectKernelLogs ProtectClock ProtectControlGroups PrivateNetwork \
         PrivateUsers PrivateMounts PrivateIPC MountAPIVFS IgnoreSIGPIPE ProtectHostname \
         RootEphemeral SetLoginEnvironment BindLogSockets StateDirectoryAccounting \
         CacheDirectoryAccounting LogsDirectoryAccounting",
    ),
    (
        Type::Path,
        "RootDirectory RootImage RootVerity TTYPath NetworkNamespacePath IPCNamespacePath",
    ),
    (
        Type::Paths,
        "ReadWriteDirectories ReadOnlyDirectories InaccessibleDirectories ReadWritePaths \
         ReadOnlyPaths InaccessiblePaths ExecPaths NoExecPaths",
    ),
    (Type::WorkingDirectory, "WorkingDirectory"),
    (
        Type::RelativePaths,
        "RuntimeDirectory StateDirectory CacheDirectory LogsDirectory ConfigurationDirectory",
    ),
    (
        Type::Mode,
        "UMask RuntimeDirectoryMode StateDirectoryMode CacheDirectoryMode LogsDirectoryMode \
         ConfigurationDirectoryMode",
    ),
    (Type::Seconds, "LogRateLimitIntervalSec TimeoutCleanSec"),
    (Type::Unsigned, "LogRateLimitBurst"),
    (Type::Environment, "Environment"),
    (Type::EnvironmentFile, "EnvironmentFile"),
    (Type::UserName, "User Group"),
    (Type::ProtectSystem, "ProtectSystem"),
    (Type::ProtectHome, "ProtectHome"),
    (Type::Preserve, "RuntimeDirectoryPreserve"),
    (Type::Output, "StandardOutput StandardError"),
];

/// systemd.kill(5).
pub(super) const KILL: Group = &[
    (Type::Boolean, "SendSIGKILL SendSIGHUP"),
    (Type::Signal, "KillSignal RestartKillSignal FinalKillSignal WatchdogSignal"),
    (Type::KillMode, "KillMode"),
];

/// systemd.resource-control(5).
pub(super) const CGROUP: Group = &[
    (
        Type::Text,
        "Slice AllowedCPUs StartupAllowedCPUs AllowedMemoryNodes StartupAllowedMemoryNodes \
         CPUWeight StartupCPUWeight CPUShares StartupCPUShares CPUQuota CPUQuotaPeriodSec \
         MemoryMin DefaultMemoryMin DefaultMemoryLow MemoryLow MemoryHigh MemoryMax MemorySwapMax \
         MemoryLimit DeviceAllow DevicePolicy IOWeight StartupIOWeight IODeviceWeight \
         IOReadBandwidthMax IOWriteBandwidthMax IOReadIOPSMax IOWriteIOPSMax \
         IODeviceLatencyTargetSec BlockIOWeight StartupBlockIOWeight BlockIODeviceWeight \
         BlockIOReadBandwidth BlockIOWriteBandwidth TasksMax Delegate DisableControllers \
         IPAddressAllow IPAddressDeny IPIngressFilterPath IPEgressFilterPath ManagedOOMSwap \
         ManagedOOMMemoryPressure ManagedOOMMemoryPressureLimit ManagedOOMPreference BPFProgram \
         SocketBindAllow SocketBindDeny RestrictNetworkInterfaces StartupMemoryMin \
         StartupMemoryLow StartupMemoryHigh StartupMemoryMax StartupMemorySwapMax MemoryZSwapMax \
         StartupMemoryZSwapMax DefaultStartupMemoryLow MemoryPressureWatch NFTSet \
         DelegateSubgroup",
    ),
    (
        Type::Boolean,
        "CPUAccounting MemoryAccounting IOAccounting BlockIOAccounting TasksAccounting \
         IPAccounting MemoryZSwapWriteback CoredumpReceive",
    ),
    (Type::Seconds, "MemoryPressureThresholdSec ManagedOOMMemoryPressureDurationSec"),
];

pub(super) const SERVICE: Group = &[
    (
        Type::Text,
        "TimeoutStartFailureMode TimeoutStopFailureMode StartLimitAction FailureAction \
         RebootArgument ExitType RestartPreventExitStatus RestartForceExitStatus \
         SuccessExitStatus BusName OOMPolicy OpenFile RestartMode FileDescriptorStorePreserve \
         RefreshOnReload",
    ),
    (
        Type::Boolean,
        "PermissionsStartOnly RootDirectoryStartOnly RemainAfterExit GuessMainPID NonBlocking",
    ),
    (Type::Path, "PIDFile USBFunctionDescriptors USBFunctionStrings"),
    (
        Type::Seconds,
        "RestartSec TimeoutSec TimeoutStartSec TimeoutStopSec TimeoutAbortSec RuntimeMaxSec \
         RuntimeRandomizedExtraSec WatchdogSec StartLimitInterval RestartMaxDelaySec",
    ),
    (Type::Unsigned, "StartLimitBurst FileDescriptorStoreMax RestartSteps"),
    (Type::Units, "Sockets"),
    (
        Type::Command,
        "ExecCondition ExecStartPre ExecStart ExecStartPost ExecReload ExecStop ExecStopPost \
         ExecReloadPost",
    ),
    (Type::Signal, "ReloadSignal"),
    (Type::ServiceType, "Type"),
    (Type::Restart, "Restart"),
    (Type::NotifyAccess, "NotifyAccess"),
];

pub(super) const SOCKET: Group = &[
    (
        Type::Text,
        "ListenFIFO ListenNetlink ListenSpecial ListenMessageQueue ListenUSBFunction \
         SocketProtocol BindIPv6Only BindToDevice TimeoutSec Priority ReceiveBuffer SendBuffer \
         IPTOS IPTTL Mark PipeSize Timestamping TCPCongestion MessageQueueMaxMessages \
         MessageQueueMessageSize Symlinks FileDescriptorName SmackLabel SmackLabelIPIn \
         SmackLabelIPOut DeferTrigger XAttrEntryPoint XAttrListen XAttrAccept",
    ),
    (
        Type::Boolean,
        "Accept FlushPending Writable KeepAlive NoDelay FreeBind Transparent Broadcast \
         PassCredentials PassSecurity PassPacketInfo ReusePort RemoveOnStop SELinuxContextFromNet \
         PassFileDescriptorsToExec AcceptFileDescriptors PassPIDFD",
    ),
    (Type::Mode, "SocketMode DirectoryMode"),
    (
        Type::Seconds,
        "KeepAliveTimeSec KeepAliveIntervalSec DeferAcceptSec TriggerLimitIntervalSec \
         PollLimitIntervalSec DeferTriggerMaxSec",
    ),
    (
        Type::Unsigned,
        "Backlog MaxConnections MaxConnectionsPerSource KeepAliveProbes TriggerLimitBurst \
         PollLimitBurst",
    ),
    (Type::Unit, "Service"),
    (Type::Command, "ExecStartPre ExecStartPost ExecStopPre ExecStopPost"),
    (Type::UserName, "SocketUser SocketGroup"),
    (Type::Listen, "ListenStream ListenDatagram ListenSequentialPacket"),
];

pub(super) const TIMER: Group = &[
    (
        Type::Boolean,
        "OnClockChange OnTimezoneChange Persistent WakeSystem RemainAfterElapse FixedRandomDelay \
         DeferReactivation",
    ),
    (
        Type::Seconds,
        "OnActiveSec OnBootSec OnStartupSec OnUnitActiveSec OnUnitInactiveSec AccuracySec \
         RandomizedDelaySec RandomizedOffsetSec",
    ),
    (Type::Calendar, "OnCalendar"),
    (Type::Unit, "Unit"),
];

pub(super) const PATH: Group = &[
    (Type::Boolean, "MakeDirectory"),
    (Type::Path, "PathExists PathExistsGlob PathChanged PathModified DirectoryNotEmpty"),
    (Type::Mode, "DirectoryMode"),
    (Type::Seconds, "TriggerLimitIntervalSec"),
    (Type::Unsigned, "TriggerLimitBurst"),
    (Type::Unit, "Unit"),
];

pub(super) const MOUNT: Group = &[
    (Type::Text, "What Options Type TimeoutSec"),
    (Type::Boolean, "SloppyOptions LazyUnmount ForceUnmount ReadWriteOnly"),
    (Type::Path, "Where"),
    (Type::Mode, "DirectoryMode"),
];

pub(super) const AUTOMOUNT: Group = &[
    (Type::Text, "ExtraOptions"),
    (Type::Path, "Where"),
    (Type::Mode, "DirectoryMode"),
    (Type::Seconds, "TimeoutIdleSec"),
];

pub(super) const SWAP: Group = &[(Type::Text, "What Priority Options TimeoutSec")];

pub(super) const SLICE: Group = &[(Type::Unsigned, "ConcurrencyHardMax ConcurrencySoftMax")];

pub(super) const SCOPE: Group = &[
    (Type::Text, "OOMPolicy"),
    (Type::Seconds, "RuntimeMaxSec RuntimeRandomizedExtraSec TimeoutStopSec"),
];
