/**
 * Columns by which one client's changes can be tied to another's: where they came from, on which device, by whose hand, to
 * which new address. Found by name, like the columns of id and time.
 */

/** What kind of thing two clients may have in common. */
export type AttributeKind = 'ip address' | 'device' | 'changed by' | 'new e-mail' | 'new phone';

/** The names of each kind, in small letters; a column's name counts in any case. */
export const attributeNames: Readonly<Record<AttributeKind, readonly string[]>> = {
  'ip address': ['ip_address', 'ip', 'ip_addr', 'client_ip', 'source_ip', 'remote_ip', 'remote_address'],
  device: ['device', 'device_id', 'device_name', 'device_fingerprint', 'fingerprint', 'user_agent', 'browser'],
  'changed by': ['changed_by', 'performed_by', 'modified_by', 'updated_by', 'created_by', 'actor', 'agent_id'],
  'new e-mail': ['new_email', 'email', 'email_address', 'new_email_address'],
  'new phone': ['new_phone', 'phone', 'phone_number', 'new_phone_number', 'mobile', 'msisdn'],
};

/** What a column tells about, or `undefined` where it is no attribute. The old e-mail or phone is none: it is what was left behind. */
export function attributeOf(column: string): AttributeKind | undefined {
  const name = column.toLowerCase();
  return attributeKinds.find((kind) => attributeNames[kind].includes(name));
}

const attributeKinds = Object.keys(attributeNames) as readonly AttributeKind[];
