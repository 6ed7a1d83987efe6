import './modal.css';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

type ModalProps = {
  readonly title: string;
  readonly className?: string;
  /** Asked for by Escape. */
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** What must be answered before the page goes on; the focus comes back to where it was. */
export function Modal({ title, className = '', onClose, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => {
      element?.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`modal ${className}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={({ currentTarget }) => {
        // A second Escape closes it whatever was prevented: whoever shows it must know.
        if (!currentTarget.open) {
          onClose();
        }
      }}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}
